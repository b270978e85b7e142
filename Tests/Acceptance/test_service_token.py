"""The daemon's own token under fire: short, replaced, revoked, not to be had; and a user's that its user revokes."""
import signal
import time

import pytest

from harness.http import PACE, eventually, sleep_until
from harness.karbor import Karbor
from harness.metrics import read
from harness.proxy import Proxy

# Seconds: the life of a short token.
LIFE = min(10, round(5 * PACE))
MINUTE = 60
OUTAGE = 20
# How long backups and restores take, so that something can happen in their middle.
STEP = round(6 * PACE)


def posts(cinder_proxy):
    """What was made in Cinder."""
    return sorted(request.path.rpartition('/')[2] for request in cinder_proxy.requests('POST'))


def refused(cinder_proxy):
    return [request for request in cinder_proxy.requests() if request.status == 401]


def one_backup_and_nothing_else(tenant, *volumes):
    left = tenant.things() - {('volume', volume) for volume in volumes}
    assert [kind for kind, _ in left] == ['backup'], 'nothing is left over: %s' % left


@pytest.fixture
def service_user(cloud):
    """(name, id) of one that no other test uses, with the password `first`."""
    name, number = cloud.new_service_user('first', roles=['service'])
    yield name, number
    cloud.delete_user(number)


@pytest.mark.long
def test_tokens_of_seconds_do_for_an_operation_of_a_minute(cloud, measured, tenant, cinder_proxy):
    keystone = Proxy(cloud.auth_url, add={'X-Cloud-Token-TTL': str(LIFE)})
    try:
        karbor = Karbor(measured(auth_url=keystone.url, cinder_url=cinder_proxy.url).start(), tenant)
        volume = tenant.new_volume('slow-backup:%d' % MINUTE)
        checksum = tenant.checksum(volume)
        plan = karbor.new_plan(volume)
        token = tenant.token(ttl=LIFE)
        before, begin = read(karbor.daemon), time.monotonic()
        checkpoint = karbor.protect(plan, token)
        karbor.wait_checkpoint(checkpoint, 'available', seconds=3 * MINUTE)
        after, seconds = read(karbor.daemon), time.monotonic() - begin

        assert seconds > MINUTE > 5 * LIFE
        renewals = 'karbor_service_token_renewals_total'
        halves = seconds / (LIFE / 2)
        assert halves / 1.5 < after.value(renewals) - before.value(renewals) < halves * 1.5, 'one each half life'
        assert len({request.service_token for request in cinder_proxy.requests()}) > halves / 2, 'they are used'
        waited = 'karbor_service_token_requests_waited_total'
        assert after.value(waited) == before.value(waited), 'nobody waits for a renewal'
        assert after.value('karbor_service_token_renewal_failures_total') == 0
        assert not refused(cinder_proxy) and after.value('karbor_unauthorized_total') == 0
        # What was removed is looked for until it is gone: 404.
        assert {request.status for request in cinder_proxy.requests()} <= {200, 202, 204, 404}
        assert posts(cinder_proxy) == ['backups', 'snapshots']
        one_backup_and_nothing_else(tenant, volume)

        restore = karbor.restore(checkpoint, token, headers={'X-Service-Token': cloud.service_token()})
        karbor.wait_restore(restore)
        [restored] = tenant.ids('volume') - {volume}
        assert tenant.checksum(restored) == checksum
        eventually(lambda: karbor.daemon.log().count('service token renewed') ==
                   len(keystone.requests('POST', '/auth/tokens')), 'each renewal is told in the log')
        assert not refused(cinder_proxy)
    finally:
        keystone.close()


def test_the_service_users_password_changes_in_the_middle_and_the_new_one_is_loaded(
        cloud, measured, tenant, cinder_proxy, service_user):
    name, number = service_user
    daemon = measured(cinder_url=cinder_proxy.url, username=name, password='first').start()
    karbor = Karbor(daemon, tenant)
    volume = tenant.new_volume('slow-backup:%d' % STEP)
    checkpoint = karbor.protect(karbor.new_plan(volume))
    eventually(lambda: tenant.ids('backup'), 'the backup is being made')

    cloud.set_password(number, 'second')
    # Keystone revokes all that it gave within this second, too.
    over = time.time() + 1
    eventually(lambda: refused(cinder_proxy), 'the token went with the password')
    eventually(lambda: read(daemon).value(
        'karbor_service_token_renewal_failures_total', code='credential_refused'), 'the old password gives no other')
    sleep_until(over)
    for group in ('service_user', 'keystone_authtoken'):
        daemon.groups[group]['password'] = 'second'
    daemon.write_config()
    daemon.signal(signal.SIGHUP)

    karbor.wait_checkpoint(checkpoint, 'available')
    _, reloaded, after = daemon.log().partition('configuration reloaded')
    assert reloaded and after.count('service token renewed') == 1, 'the new credential gave one token'
    metrics = read(daemon)
    assert metrics.value('karbor_service_token_renewals_total') == 2
    assert metrics.value('karbor_unauthorized_total', service='volumev3') == len(refused(cinder_proxy))
    assert metrics.value('karbor_unauthorized_total', service='volumev3', cause='credential_refused') >= 1
    assert len({request.service_token for request in cinder_proxy.requests()}) == 2
    assert posts(cinder_proxy) == ['backups', 'snapshots']
    one_backup_and_nothing_else(tenant, volume)


def test_the_service_token_is_revoked_in_the_middle_and_one_renewal_mends_it(cloud, measured, tenant, cinder_proxy):
    daemon = measured(cinder_url=cinder_proxy.url).start()
    karbor = Karbor(daemon, tenant)
    volume = tenant.new_volume('slow-backup:%d' % STEP)
    checkpoint = karbor.protect(karbor.new_plan(volume))
    eventually(lambda: tenant.ids('backup'), 'the backup is being made')

    first = cinder_proxy.requests('POST', '/backups')[0].service_token
    cloud.revoke(first)
    # Not by asking the daemon, which would meet the refusal when it asks Keystone who we are.
    eventually(lambda: refused(cinder_proxy), 'Cinder refuses it')
    karbor.wait_checkpoint(checkpoint, 'available')

    metrics = read(daemon)
    assert [request.service_token for request in refused(cinder_proxy)] == [first], 'refused once'
    assert metrics.value('karbor_unauthorized_total', service='volumev3', cause='stale_service_token') == 1
    assert metrics.value('karbor_unauthorized_total') == 1
    assert metrics.value('karbor_service_token_rejections_total') == 1
    assert metrics.value('karbor_service_token_renewals_total') == 2
    assert len({request.service_token for request in cinder_proxy.requests()}) == 2
    assert posts(cinder_proxy) == ['backups', 'snapshots']
    one_backup_and_nothing_else(tenant, volume)


def log_out_in_the_middle(cloud, karbor):
    """The volume, and the checkpoint that is being made of it by the token that ends."""
    volume = karbor.tenant.new_volume('slow-backup:%d' % STEP)
    token = karbor.tenant.token()
    checkpoint = karbor.protect(karbor.new_plan(volume), token)
    eventually(lambda: karbor.tenant.ids('backup'), 'the backup is being made')
    cloud.revoke(token, by=token)
    return volume, checkpoint


@pytest.mark.parametrize('administrator', [False, True])
def test_a_user_logs_out_in_the_middle(cloud, new_daemon, tenant, plain_service_user, administrator):
    credential = {} if administrator else {'username': plain_service_user, 'password': 'plain'}
    karbor = Karbor(new_daemon(**credential).start(), tenant)
    volume, checkpoint = log_out_in_the_middle(cloud, karbor)
    karbor.wait_checkpoint(checkpoint, 'error')
    error = karbor.log('protect', checkpoint_id=checkpoint)['error_info']
    assert "Keystone no longer accepts the user's token" in error and 'it was revoked' in error, error
    left = tenant.things() - {('volume', volume)}
    if administrator:
        assert not left and 'removed since' in error, (left, error)
    else:
        assert sorted(kind for kind, _ in left) == ['backup', 'snapshot'], 'nobody may remove them any more'
        assert all(thing in error for _, thing in left), error


@pytest.mark.parametrize('trusts', ['auto', 'on'])
def test_an_operation_with_a_trust_goes_on_when_its_user_logs_out(cloud, new_daemon, tenant, trusts):
    karbor = Karbor(new_daemon(options={'protection': {'trusts': trusts}}).start(), tenant)
    volume, checkpoint = log_out_in_the_middle(cloud, karbor)
    karbor.wait_checkpoint(checkpoint, 'available')
    one_backup_and_nothing_else(tenant, volume)
    eventually(lambda: not tenant.trusts(), 'the trust is gone')


@pytest.mark.alone
def test_keystone_is_stopped_in_the_middle_of_a_protect_and_a_restore(cloud, measured, new_tenant, cinder_proxy):
    # Two daemons in one outage: the token of the second ends in it, and that of its user, too.
    protecting = Karbor(measured(cinder_url=cinder_proxy.url).start(), new_tenant('protecting'))
    restoring = Karbor(measured(cinder_url=cinder_proxy.url, auth_url=cloud.facts['short_auth_url']).start(),
                       new_tenant('restoring'))
    volume = protecting.tenant.new_volume('slow-backup:%d' % STEP)
    source = restoring.tenant.new_volume('slow-restore:%d' % STEP)
    plan = protecting.new_plan(volume)
    saved = restoring.protect(restoring.new_plan(source))
    restoring.wait_checkpoint(saved, 'available')

    checkpoint = protecting.protect(plan)
    restore = restoring.restore(saved, restoring.tenant.token(ttl=LIFE, window=cloud.facts['allow_expired_window']))
    eventually(lambda: protecting.tenant.ids('backup'), 'the backup is being made')
    eventually(lambda: [thing for thing in restoring.tenant.all('volume') if thing['status'] == 'restoring-backup'],
               'the volume is being restored')
    with cloud.without('keystone'):
        time.sleep(OUTAGE)
        end = time.time()
        valid = [read(karbor.daemon).value('karbor_service_token_expiry_seconds', token='service')
                 for karbor in (protecting, restoring)]
    assert valid[0] > 0 and valid[1] == 0
    protecting.wait_checkpoint(checkpoint, 'available')
    restoring.wait_restore(restore)

    for karbor, looks, step in ((protecting, 2, 'DELETE'), (restoring, 1, 'PUT')):
        seen = cinder_proxy.requests(part=karbor.tenant.project_id)
        assert len([request for request in seen if request.status == 503]) >= looks, 'Cinder cannot reach it either'
        assert [request for request in seen if request.method == step and request.time > end], 'a step came after it'
        assert read(karbor.daemon).value('karbor_operations_total', status='error') == 0
        assert 'operation failed' not in karbor.daemon.log()
    one_backup_and_nothing_else(protecting.tenant, volume)
    [restored] = restoring.tenant.ids('volume') - {source}
    assert restoring.tenant.checksum(restored) == restoring.tenant.checksum(source)
    one_backup_and_nothing_else(restoring.tenant, source, restored)
    assert posts(cinder_proxy) == ['backups', 'backups', 'restore', 'snapshots', 'snapshots', 'volumes'], 'none twice'
