"""The user's token expires on the way: what the service token is for, and where its help ends."""
import re
import time

import pytest

from harness.http import PACE, eventually, seconds_of, sleep_until
from harness.karbor import VOLUME, Karbor
from harness.proxy import Proxy

# Seconds: the life of a user's token, and a backup that outlives it.
LIFE = round(5 * PACE)
SLOW_BACKUP = 'slow-backup:%d' % (LIFE + 3)


def error_of(karbor, checkpoint):
    return karbor.log('protect', checkpoint_id=checkpoint)['error_info'] or ''


def named_or_gone(tenant, made_by_test, error_info):
    """Whether everything that the daemon left behind is named in the error."""
    return all(thing in error_info for _, thing in tenant.things() - made_by_test)


def test_the_token_expires_during_the_backup_and_is_expired_for_the_whole_restore(cloud, karbor, tenant):
    volume = tenant.new_volume(SLOW_BACKUP)
    before = tenant.checksum(volume)
    plan = karbor.new_plan(volume)

    token = tenant.token(ttl=LIFE)
    checkpoint = karbor.protect(plan, token)
    assert time.time() < token.expires, 'this machine is too slow for a token of %d s' % LIFE
    sleep_until(token.expires + 0.5)
    assert karbor.checkpoint(checkpoint)['status'] == 'protecting', 'the backup was to outlive the token'
    karbor.wait_checkpoint(checkpoint, 'available')

    # Whoever asks on the user's behalf sends a service token, too: Karbor's API itself accepts the expired token then.
    karbor.call('GET', '/plans', token=token).expect(401)
    restore = karbor.restore(checkpoint, token, headers={'X-Service-Token': cloud.service_token()})
    done = karbor.wait_restore(restore)
    [restored] = tenant.ids('volume') - {volume}
    assert done['resources_status'] == {'%s#%s' % (VOLUME, restored): 'available'}
    assert tenant.checksum(restored) == before


def test_without_the_service_token_it_fails_once_that_is_no_blink_of_the_service(cloud, new_daemon, tenant):
    proxy = Proxy(cloud.cinder_url, strip=['X-Service-Token'])
    try:
        karbor = Karbor(new_daemon(cinder_url=proxy.url).start(), tenant)
        volume = tenant.new_volume(SLOW_BACKUP)
        plan = karbor.new_plan(volume)
        token = tenant.token(ttl=LIFE)
        checkpoint = karbor.protect(plan, token)
        # Refusals pass for one of the service's own Keystone until they have lasted for half a minute.
        karbor.wait_checkpoint(checkpoint, 'error', seconds=150)

        error = error_of(karbor, checkpoint)
        assert re.search(r'token', error) and re.search(r'user', error) and re.search(r'expired', error), error
        assert '%s#%s' % (VOLUME, volume) in error
        users = [request for request in proxy.requests() if request.token == str(token)]
        assert all(request.service_token for request in users), 'the daemon sent it; the proxy took it away'
        refused = [request for request in proxy.requests() if request.status == 401 and request.token == str(token)]
        polls = [request for request in refused if request.method == 'GET']
        assert polls[0].time < token.expires + 4 * PACE, 'the first call after expiry is the one that is refused'
        ended = seconds_of(karbor.log('protect', checkpoint_id=checkpoint)['ended_at'])
        assert 29 < ended - polls[0].time < 75, 'half a minute, and then the next try'
        assert 3 <= len(polls) <= 2 * (ended - polls[0].time) + 10, 'no storm: one a second, sent twice: %s' % refused
        eventually(lambda: named_or_gone(tenant, {('volume', volume)}, error_of(karbor, checkpoint)), 'cleaned up')
    finally:
        proxy.close()


def test_an_operation_stops_before_the_end_of_its_window_and_cleans_up(
        new_daemon, tenant, cinder_proxy, plain_service_user):
    window = round(9 * PACE)
    karbor = Karbor(new_daemon(cinder_url=cinder_proxy.url, username=plain_service_user, password='plain', options={
        'protection': {'allow_expired_window': window, 'cleanup_reserve': round(4 * PACE)}}).start(), tenant)
    volume = tenant.new_volume('slow-backup:%d' % (LIFE + window + 4))
    plan = karbor.new_plan(volume)
    token = tenant.token(ttl=LIFE, window=window)
    checkpoint = karbor.protect(plan, token)
    karbor.wait_checkpoint(checkpoint, 'error')

    log = karbor.log('protect', checkpoint_id=checkpoint)
    assert token.expires < seconds_of(log['ended_at']) <= token.acceptable_until, 'expired, but in its window'
    assert re.search(r'window|acceptable', log['error_info']), log['error_info']
    assert 'acceptable_until' in (log['extra_info'] or ''), log['extra_info']
    refused = [request for request in cinder_proxy.requests() if request.status == 401]
    assert not refused, 'it knew the end, and did not run into it'
    # Cinder removes no backup while it is being made: it may outlive the operation, but then it is named.
    assert named_or_gone(tenant, {('volume', volume)}, log['error_info']), (tenant.things(), log['error_info'])


def test_what_the_users_token_can_no_longer_remove_the_daemon_removes_if_it_is_an_administrator(new_daemon, tenant):
    window = round(5 * PACE)
    karbor = Karbor(new_daemon(options={
        'protection': {'allow_expired_window': window, 'cleanup_reserve': round(30 * PACE)}}).start(), tenant)
    # Cinder removes no backup while it is being made, and this one is made until after the window.
    volume = tenant.new_volume('slow-backup:%d' % (LIFE + window + 3))
    plan = karbor.new_plan(volume)
    token = tenant.token(ttl=LIFE, window=window)
    checkpoint = karbor.protect(plan, token)
    karbor.wait_checkpoint(checkpoint, 'error')
    error = error_of(karbor, checkpoint)
    assert 'window' in error and "removed since, with the service user's own token" in error, error
    assert tenant.things() == {('volume', volume)}


@pytest.mark.parametrize('faults', ['503', 'reset'])
def test_a_fault_of_cinder_while_waiting_is_no_failure_of_the_backup(new_daemon, tenant, cinder_proxy, faults):
    karbor = Karbor(new_daemon(cinder_url=cinder_proxy.url).start(), tenant)
    volume = tenant.new_volume('slow-backup:3')
    cinder_proxy.fault(lambda method, path: method == 'GET' and '/backups' in path, times=3,
                       **({'status': 503} if faults == '503' else {'reset': True}))
    checkpoint = karbor.protect(karbor.new_plan(volume))
    karbor.wait_checkpoint(checkpoint, 'available')
    assert len(tenant.ids('backup')) == 1
