"""What a user takes back, goes."""
from harness.http import eventually


def action(karbor, path):
    return karbor.call('POST', path + '/action', {'os-cancel': {}})


def test_a_cancelled_protect_leaves_nothing(karbor, tenant):
    slow, quick = tenant.new_volume('slow-backup:5'), tenant.new_volume()
    checkpoint = karbor.protect(karbor.new_plan(slow, quick))
    eventually(lambda: [backup for backup in tenant.all('backup') if backup['status'] == 'available'],
               'one volume is protected already')
    path = '/providers/%s/checkpoints/%s' % (karbor.checkpoint(checkpoint)['protection_plan']['provider_id'], checkpoint)
    assert action(karbor, path).expect(200) == {}
    assert action(karbor, path).expect(200) == {}, 'once more does no harm'
    karbor.wait_checkpoint(checkpoint, 'error')
    assert karbor.log('protect', checkpoint_id=checkpoint)['error_info'] == 'cancelled'
    assert tenant.things() == {('volume', slow), ('volume', quick)}
    assert action(karbor, path).expect(200) == {}, 'what has ended, too'


def test_a_cancelled_restore_leaves_nothing(karbor, tenant):
    volume = tenant.new_volume('slow-restore:5')
    checkpoint = karbor.protect(karbor.new_plan(volume))
    karbor.wait_checkpoint(checkpoint, 'available')
    before = tenant.things()
    restore = karbor.restore(checkpoint)
    eventually(lambda: tenant.ids('volume') - {volume}, 'the volume to restore into is there')
    action(karbor, '/restores/' + restore).expect(200)
    karbor.wait_restore(restore, 'fail')
    assert karbor.log('restore', restore_id=restore)['error_info'] == 'cancelled'
    assert tenant.things() == before
    karbor.wait_checkpoint(checkpoint, 'available')


def test_deleting_a_checkpoint_that_is_being_protected_cancels_and_deletes_it(karbor, tenant):
    volume = tenant.new_volume('slow-backup:4')
    checkpoint = karbor.protect(karbor.new_plan(volume))
    eventually(lambda: tenant.ids('backup'), 'the backup is being made')
    karbor.delete_checkpoint(checkpoint).expect(200)
    karbor.wait_checkpoint(checkpoint, 'deleted')
    assert tenant.things() == {('volume', volume)}
    assert karbor.log('protect', checkpoint_id=checkpoint)['status'] == 'error'
    assert karbor.log('delete', checkpoint_id=checkpoint)['status'] == 'deleted'
