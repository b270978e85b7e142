"""Cinder says no: resource and checkpoint end in error, with Cinder's own reason, and nothing is left behind."""
import json

import pytest

from harness.daemon import INFRA
from harness.http import eventually
from harness.karbor import COLLECTIONS, VOLUME, Karbor


def fails(karbor, checkpoint, volume, reason):
    """Waits for the error, and checks where its reason is read."""
    karbor.wait_checkpoint(checkpoint, 'error')
    log = karbor.log('protect', checkpoint_id=checkpoint)
    assert log['status'] == 'error' and log['ended_at']
    assert reason in log['error_info'], log['error_info']
    assert '%s#%s' % (VOLUME, volume) in log['error_info'], log['error_info']
    assert json.loads(karbor.daemon.stored(checkpoint, 'index.json'))['status'] == 'error'
    assert karbor.daemon.stored(checkpoint, 'resource-data', volume, 'status') == 'error'


@pytest.mark.parametrize('kind', ['snapshot', 'backup'])
def test_a_quota_of_cinder_is_exceeded(new_daemon, tenant, cinder_proxy, kind):
    karbor = Karbor(new_daemon(cinder_url=cinder_proxy.url).start(), tenant)
    volume = tenant.new_volume()
    tenant.set_quota(**{kind + 's': 0})
    checkpoint = karbor.protect(karbor.new_plan(volume))
    fails(karbor, checkpoint, volume, 'Maximum number of %ss allowed (0) exceeded' % kind)
    assert 'req-' in karbor.log('protect', checkpoint_id=checkpoint)['error_info'], 'the request id of the answer'
    assert len(cinder_proxy.requests('POST', '/%ss' % kind)) == 1, 'a quota is not asked a second time'
    eventually(lambda: tenant.things() == {('volume', volume)}, 'nothing left behind')


@pytest.mark.parametrize('snapshot_first', [True, False])
def test_the_volume_is_deleted_before_its_turn(new_daemon, tenant, snapshot_first):
    karbor = Karbor(new_daemon(backup_from_snapshot=snapshot_first).start(), tenant)
    volume = tenant.new_volume()
    plan = karbor.new_plan(volume)
    tenant.delete_volume(volume)
    checkpoint = karbor.protect(plan)
    fails(karbor, checkpoint, volume, 'Volume %s could not be found' % volume)
    assert not tenant.things()


@pytest.mark.parametrize('word, reason', [
    ('fault:backup', 'injected fault: backup'),     # the backup itself ends in error, and says why
    ('fault:snapshot', 'error'),                    # a snapshot in error gives no reason
])
def test_what_cinder_makes_ends_in_error(karbor, tenant, word, reason):
    volume = tenant.new_volume(word)
    checkpoint = karbor.protect(karbor.new_plan(volume))
    fails(karbor, checkpoint, volume, reason)
    eventually(lambda: tenant.things() == {('volume', volume)}, 'nothing left behind')


def test_one_of_three_resources_fails_and_the_others_are_left_to_end(karbor, tenant):
    good, bad, slow = tenant.new_volume(), tenant.new_volume('fault:backup'), tenant.new_volume('slow-backup:4')
    checkpoint = karbor.protect(karbor.new_plan(good, bad, slow))
    fails(karbor, checkpoint, bad, 'injected fault: backup')
    for volume in (good, slow):
        assert karbor.daemon.stored(checkpoint, 'resource-data', volume, 'status') == 'available'


def test_a_restore_that_fails_says_why(karbor, tenant):
    volume = tenant.new_volume('fault:restore')
    checkpoint = karbor.protect(karbor.new_plan(volume))
    karbor.wait_checkpoint(checkpoint, 'available')
    restore = karbor.restore(checkpoint)
    failed = karbor.wait_restore(restore, 'fail')
    assert any(failed['resources_reason'].values()), failed
    assert karbor.log('restore', restore_id=restore)['error_info']
    eventually(lambda: tenant.ids('volume') == {volume}, 'the half-restored volume is removed')


def test_an_operation_in_the_wrong_state_is_a_conflict_and_leaves_no_row(karbor, tenant):
    volume = tenant.new_volume('slow-backup:4 fault:backup')
    checkpoint = karbor.protect(karbor.new_plan(volume))

    def ids():
        return {path: [row['id'] for row in rows] for path, rows in karbor.rows(*COLLECTIONS).items()}

    def refused():
        before = ids()
        for kind in ('restore', 'verification'):
            body = {kind: {'provider_id': INFRA, 'checkpoint_id': checkpoint, 'parameters': {}}}
            assert 'conflictingRequest' in karbor.call('POST', '/%ss' % kind, body).expect(409)
        assert ids() == before

    assert karbor.checkpoint(checkpoint)['status'] == 'protecting'
    refused()
    karbor.wait_checkpoint(checkpoint, 'error')
    refused()
    karbor.delete_checkpoint(checkpoint).expect(200)
    karbor.wait_checkpoint(checkpoint, 'deleted')
