"""The harness does what the other tests believe: a proxy that strips nothing would let them pass for nothing."""
import subprocess
import time

import pytest

from harness.daemon import ROOT
from harness.http import send, sleep_until


def volumes(url, tenant, token, service=None):
    return send('GET', '%s/%s/volumes' % (url, tenant.project_id),
                headers={'X-Auth-Token': str(token), 'X-Service-Token': service})


def test_the_cloud_takes_an_expired_token_with_a_service_token_until_its_window_ends():
    done = subprocess.run([ROOT / 'Tests/Cloud/check', 'service_tokens'], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    assert done.returncode == 0, done.stdout


def test_a_proxy_forwards_records_and_strips(cloud, tenant, cinder_proxy):
    from harness.proxy import Proxy
    stripping = Proxy(cloud.cinder_url, strip=['X-Service-Token'])
    try:
        token, service = tenant.token(ttl=1), cloud.service_token()
        sleep_until(token.expires + 1)
        assert volumes(cinder_proxy.url, tenant, token, service).status == 200
        assert volumes(stripping.url, tenant, token, service).status == 401
        [request] = stripping.requests('GET', '/volumes')
        assert (request.status, request.token, request.service_token) == (401, str(token), service)
    finally:
        stripping.close()


def test_a_proxy_makes_faults_and_can_be_closed_and_opened(tenant, cinder_proxy):
    def get():
        return volumes(cinder_proxy.url, tenant, tenant.long_token).status

    cinder_proxy.fault(lambda method, path: 'volumes' in path, status=503, times=1)
    assert [get(), get()] == [503, 200]
    cinder_proxy.fault(lambda method, path: True, reset=True)
    with pytest.raises(OSError):
        get()
    cinder_proxy.heal()
    cinder_proxy.fault(lambda method, path: True, delay=0.5, times=1)
    begin = time.monotonic()
    assert get() == 200 and time.monotonic() - begin >= 0.5
    cinder_proxy.close()
    with pytest.raises(OSError):
        get()
    cinder_proxy.open()
    assert get() == 200
