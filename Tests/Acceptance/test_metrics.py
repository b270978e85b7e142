"""What a monitoring system reads, and whether docs/metrics.md says the same."""
import re

import pytest

from harness.daemon import ROOT
from harness.http import PACE, eventually
from harness.karbor import Karbor
from harness.metrics import read

# What the parser calls a sample of each type; of a histogram the page names the metric itself.
ENDINGS = {'counter': '_total', 'info': '_info', 'gauge': '', 'histogram': ''}


def part(page, begin, end=None):
    begin = page.index(begin)
    return page[begin:page.index(end, begin) if end else None]


def test_an_operation_and_its_requests_are_counted_and_nothing_secret_is(cloud, measured, tenant, cinder_proxy):
    karbor = Karbor(measured(cinder_url=cinder_proxy.url).start(), tenant)
    before = read(karbor.daemon)
    assert before.value('karbor_operations_total') == 0
    token = tenant.token(ttl=600)
    plan = karbor.new_plan(tenant.new_volume('slow-backup:3'))
    checkpoint = karbor.protect(plan, token)
    eventually(lambda: read(karbor.daemon).value('karbor_operations_running') == 1, 'it runs')
    karbor.wait_checkpoint(checkpoint, 'available')
    eventually(lambda: read(karbor.daemon).value('karbor_operations_running') == 0, 'it has ended')

    after = read(karbor.daemon)
    assert after.value('karbor_operations_total', type='protect', status='available') == 1
    assert after.value('karbor_operations_total') == 1
    assert 3 <= after.value('karbor_operation_seconds_sum', type='protect') < 90
    seen = cinder_proxy.requests()
    for method in ('GET', 'POST'):
        wanted = len([request for request in seen if request.method == method])
        assert after.value('karbor_http_requests_total', service='volumev3', method=method) == wanted > 0
    assert after.value('karbor_http_request_seconds_count', service='volumev3') == len(seen)
    assert after.value('karbor_unauthorized_total') == 0
    assert after.value('karbor_service_token_renewals_total', token='service') == 1
    assert after.value('karbor_service_token_expiry_seconds') + after.value('karbor_service_token_age_seconds') == \
        pytest.approx(cloud.facts['token_ttl'], abs=5)
    assert after.value('process_cpu_seconds_total') > before.value('process_cpu_seconds_total')
    assert 10 << 20 < after.value('process_resident_memory_bytes') < 500 << 20
    assert 10 < after.value('process_open_fds') < 200

    own = {request.service_token for request in seen if request.service_token}
    secrets = {str(token), cloud.facts['users']['karbor']['password'], tenant.project_id, checkpoint, *own}
    assert len(own) == 1 and not [secret for secret in secrets if secret in after.text]


def test_short_tokens_are_renewed_and_every_renewal_counts(cloud, measured, tenant):
    daemon = measured(auth_url=cloud.facts['short_auth_url']).start()
    first = eventually(lambda: (now := read(daemon)).value('karbor_service_token_renewals_total') >= 1 and now, 'a token')
    again = eventually(
        lambda: (now := read(daemon)).value('karbor_service_token_renewals_total') >= 4 and now, 'three more')
    assert again.value('karbor_service_token_renewal_seconds_count') >= 4
    assert 0 < again.value('karbor_service_token_expiry_seconds') <= cloud.facts['short_ttl']
    assert again.value('karbor_service_token_requests_waited_total') == \
        first.value('karbor_service_token_requests_waited_total'), 'nobody waits for a renewal'
    assert again.value('karbor_service_token_renewal_failures_total') == 0


def test_while_keystone_is_away_failures_count_and_the_metrics_can_be_read(measured, keystone_proxy):
    keystone_proxy.close()
    daemon = measured(auth_url=keystone_proxy.url).start()
    failing = eventually(lambda: (now := read(daemon)).value(
        'karbor_service_token_renewal_failures_total', code='identity_unavailable') >= 2 and now, 'failures')
    assert failing.value('karbor_service_token_expiry_seconds') == 0
    assert failing.value('karbor_service_token_renewals_total') == 0
    assert failing.value('karbor_http_requests_total', service='identity', status_class='none') >= 2
    keystone_proxy.open()
    eventually(lambda: read(daemon).value('karbor_service_token_expiry_seconds') > 0, 'a token', seconds=60 * PACE)


def test_the_page_names_what_is_exposed_and_nothing_else(measured):
    page = (ROOT / 'docs' / 'metrics.md').read_text()
    rows = re.findall(r'^\| `((?:karbor|process)_\w+)` \| (\w+) \|([^|]*)\|', page, re.M)
    told = {name: (kind, frozenset(re.findall(r'`(\w+)`', labels))) for name, kind, labels in rows}
    exposed, causes = {}, set()
    for family in read(measured().start()).families:
        assert family.documentation.endswith('.') and family.samples, family
        [labels] = {frozenset(sample.labels) - {'le'} for sample in family.samples}
        exposed[family.name + ENDINGS[family.type]] = (family.type, labels)
        causes |= {sample.labels['cause'] for sample in family.samples if 'cause' in labels}
    assert told == exposed
    assert set(re.findall(r'^\| `(\w+)` \| ', part(page, '| `cause`', '## Operations'), re.M)) - {'cause'} == causes
    assert set(re.findall(r'\bkarbor_\w+', part(page, '## Worth an alarm'))) <= set(told), 'there is what alarms are about'


def test_a_port_that_is_taken_ends_the_start_with_the_options_name(measured, daemon):
    late = measured(port=daemon.port).start(ready=False)
    assert late.wait() == 1
    assert '[metrics] listen, port: cannot listen at 127.0.0.1 port %d: ' % daemon.port in late.log()
    assert not late.notify.values('READY'), 'it is not ready without what it was told to do'
