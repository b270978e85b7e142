"""[protection] trusts: operations that outlive the time in which their user's token is accepted."""
import time

import pytest

from harness.daemon import INFRA
from harness.http import PACE, eventually, seconds_of, send, sleep_until
from harness.karbor import Karbor

# Seconds: the life of a user's token, and how long a service token makes up for its end.
LIFE = round(4 * PACE)
WINDOW = round(4 * PACE)
# A backup that outlives both.
SLOW_BACKUP = 'slow-backup:%d' % (LIFE + WINDOW + 5)


def daemon_with(new_daemon, trusts, **more):
    return new_daemon(options={'protection': {
        'trusts': trusts, 'allow_expired_window': WINDOW, 'cleanup_reserve': 2}}, **more)


def short_token(tenant):
    return tenant.token(ttl=LIFE, window=WINDOW)


def all_trusts_end(tenant):
    eventually(lambda: not tenant.trusts(), 'the trust is gone')


def test_with_a_trust_a_backup_outlives_its_users_token_and_the_trust_ends_with_it(
        cloud, new_daemon, tenant, cinder_proxy, plain_service_user):
    daemon = daemon_with(new_daemon, 'auto', username=plain_service_user, password='plain',
                         cinder_url=cinder_proxy.url)
    karbor = Karbor(daemon.start(), tenant)
    volume = tenant.new_volume(SLOW_BACKUP)
    before = tenant.checksum(volume)
    plan = karbor.new_plan(volume)
    token = short_token(tenant)
    checkpoint = karbor.protect(plan, token)
    [trust] = tenant.trusts()
    assert trust['impersonation'] and trust['project_id'] == tenant.project_id
    [log] = karbor.logs(checkpoint_id=checkpoint)
    assert log['extra_info']['trust_id'] == trust['id']

    karbor.wait_checkpoint(checkpoint, 'available')
    log = karbor.log('protect', checkpoint_id=checkpoint)
    assert seconds_of(log['ended_at']) > token.acceptable_until, 'it was to outlive the window'
    late = [request for request in cinder_proxy.requests() if request.time > token.acceptable_until + 1]
    assert late and str(token) not in {request.token for request in late}
    assert all(request.service_token for request in late)
    all_trusts_end(tenant)
    assert len(tenant.ids('backup')) == 1 and not tenant.ids('snapshot'), 'nothing left over'

    karbor.wait_restore(karbor.restore(checkpoint, short_token(tenant)))
    [restored] = tenant.ids('volume') - {volume}
    assert tenant.checksum(restored) == before
    all_trusts_end(tenant)


def test_on_works_by_the_trust_from_the_beginning(new_daemon, tenant, cinder_proxy):
    karbor = Karbor(daemon_with(new_daemon, 'on', cinder_url=cinder_proxy.url).start(), tenant)
    volume = tenant.new_volume()
    plan = karbor.new_plan(volume)
    token = tenant.token(ttl=600)
    karbor.wait_checkpoint(karbor.protect(plan, token), 'available')
    posts = cinder_proxy.requests('POST', '/snapshots') + cinder_proxy.requests('POST', '/backups')
    assert len(posts) == 2 and str(token) not in {request.token for request in posts}
    all_trusts_end(tenant)


@pytest.mark.parametrize('trusts', ['on', 'auto'])
def test_an_application_credential_can_make_no_trust(new_daemon, tenant, trusts):
    karbor = Karbor(daemon_with(new_daemon, trusts).start(), tenant)
    plan = karbor.new_plan(tenant.new_volume())
    token = tenant.application_credential_token()
    answer = karbor.call('POST', '/providers/%s/checkpoints' % INFRA, {'checkpoint': {'plan_id': plan}}, token)
    if trusts == 'on':
        reason = answer.expect(400)['badRequest']['message']
        assert 'trust' in reason and 'application credential' in reason, reason
        assert not karbor.call('GET', '/operation_logs').expect(200)['operation_logs'], 'nothing was accepted'
        assert not karbor.call('GET', '/providers/%s/checkpoints' % INFRA).expect(200)['checkpoints']
    else:
        checkpoint = answer.expect(200)['checkpoint']['id']
        karbor.wait_checkpoint(checkpoint, 'available')
        assert 'trust_refused' in karbor.log('protect', checkpoint_id=checkpoint)['extra_info']
    assert not tenant.trusts()


def test_an_operation_with_a_trust_goes_on_after_sigkill_beyond_its_window(new_daemon, tenant):
    karbor = Karbor(daemon_with(new_daemon, 'auto').start(), tenant)
    volume = tenant.new_volume(SLOW_BACKUP)
    plan = karbor.new_plan(volume)
    token = short_token(tenant)
    checkpoint = karbor.protect(plan, token)
    eventually(lambda: tenant.ids('backup'), 'the backup is being made')
    karbor.daemon.kill()
    sleep_until(token.acceptable_until + 0.5)
    karbor.daemon.start()
    karbor.wait_checkpoint(checkpoint, 'available')
    assert len(tenant.ids('backup')) == 1 and not tenant.ids('snapshot'), 'nothing twice, nothing left'
    all_trusts_end(tenant)


def test_a_trust_that_could_not_be_ended_is_ended_by_the_next_life(new_daemon, tenant, keystone_proxy):
    karbor = Karbor(daemon_with(new_daemon, 'on', auth_url=keystone_proxy.url).start(), tenant)
    karbor.wait_checkpoint(karbor.protect(karbor.new_plan(tenant.new_volume())), 'available')
    all_trusts_end(tenant)
    keystone_proxy.fault(lambda method, path: method == 'DELETE', status=503, times=1000)
    checkpoint = karbor.protect(karbor.new_plan(tenant.new_volume()))
    karbor.wait_checkpoint(checkpoint, 'available')
    eventually(lambda: 'a trust could not be ended' in karbor.daemon.log(), 'it was tried')
    assert len(tenant.trusts()) == 1
    karbor.daemon.kill()
    keystone_proxy.heal()
    karbor.daemon.start()
    all_trusts_end(tenant)


def test_a_trust_that_the_user_ends_ends_the_operation_with_that_reason(new_daemon, tenant):
    karbor = Karbor(daemon_with(new_daemon, 'on').start(), tenant)
    checkpoint = karbor.protect(karbor.new_plan(tenant.new_volume('slow-backup:6')))
    eventually(lambda: tenant.ids('backup'), 'the backup is being made')
    [trust] = tenant.trusts()
    send('DELETE', '%s/OS-TRUST/trusts/%s' % (tenant.cloud.auth_url, trust['id']), None,
         {'X-Auth-Token': tenant.long_token}).expect(204)
    begin = time.time()
    karbor.wait_checkpoint(checkpoint, 'error')
    assert time.time() - begin < 30 * PACE
    assert 'trust' in karbor.log('protect', checkpoint_id=checkpoint)['error_info']
