"""The daemon's main job, from the plan to the end of the checkpoint."""
import json

from harness.daemon import INFRA
from harness.karbor import VOLUME, Karbor


def test_a_volume_is_protected_restored_verified_and_deleted(karbor, tenant, daemon):
    volume = tenant.new_volume()
    before = tenant.checksum(volume)
    plan = karbor.new_plan(volume, name='nightly')

    checkpoint = karbor.protect(plan)
    shown = karbor.wait_checkpoint(checkpoint, 'available')
    assert shown['project_id'] == tenant.project_id
    assert shown['protection_plan']['id'] == plan
    assert json.loads(shown['resource_graph'])[0]['0x0'][:2] == [VOLUME, volume]
    log = karbor.log('protect', checkpoint_id=checkpoint)
    assert (log['status'], log['plan_id'], log['provider_id']) == ('available', plan, INFRA)
    assert log['started_at'] and log['ended_at'] and not log['error_info']
    [backup] = tenant.all('backup')
    assert backup['status'] == 'available'
    assert not tenant.ids('snapshot'), 'the snapshot is needed no longer'

    # Karbor's bank layout: other readers of it must find what they know.
    assert json.loads(daemon.stored(checkpoint, 'index.json'))['status'] == 'available'
    assert daemon.stored(checkpoint, 'resource-data', volume, 'status') == 'available'
    assert json.loads(daemon.stored(checkpoint, 'resource-data', volume, 'metadata')) == {
        'volume_id': volume, 'backup_id': backup['id']}

    restore = karbor.restore(checkpoint, parameters={'%s#%s' % (VOLUME, volume): {'restore_name': 'back again'}})
    done = karbor.wait_restore(restore)
    [restored] = tenant.ids('volume') - {volume}
    assert done['resources_status'] == {'%s#%s' % (VOLUME, restored): 'available'}
    assert tenant.show('volume', restored)['name'] == 'back again'
    assert tenant.checksum(restored) == before
    assert karbor.log('restore', restore_id=restore)['status'] == 'success'

    verification = karbor.wait_verification(karbor.verify(checkpoint))
    assert verification['resources_status'] == {'%s#%s' % (VOLUME, volume): 'available'}

    karbor.delete_checkpoint(checkpoint).expect(200)
    karbor.wait_checkpoint(checkpoint, 'deleted')
    assert not tenant.ids('backup')
    assert checkpoint not in [entry['id'] for entry in karbor.call(
        'GET', '/providers/%s/checkpoints' % INFRA).expect(200)['checkpoints']]


def test_two_projects_at_once_see_only_their_own(daemon, new_tenant):
    both = [Karbor(daemon, new_tenant(name)) for name in ('left', 'right')]
    volumes = [karbor.tenant.new_volume('slow-backup:2') for karbor in both]
    checksums = [karbor.tenant.checksum(volume) for karbor, volume in zip(both, volumes)]
    plans = [karbor.new_plan(volume) for karbor, volume in zip(both, volumes)]

    checkpoints = [karbor.protect(plan) for karbor, plan in zip(both, plans)]
    for karbor, checkpoint in zip(both, checkpoints):
        karbor.wait_checkpoint(checkpoint, 'available')
    restores = [karbor.restore(checkpoint) for karbor, checkpoint in zip(both, checkpoints)]
    for karbor, restore in zip(both, restores):
        karbor.wait_restore(restore)

    for mine, other in ((0, 1), (1, 0)):
        karbor, tenant = both[mine], both[mine].tenant
        [restored] = tenant.ids('volume') - {volumes[mine]}
        assert tenant.checksum(restored) == checksums[mine]
        [backup] = tenant.ids('backup')
        stored = karbor.daemon.stored(checkpoints[mine], 'resource-data', volumes[mine], 'metadata')
        assert json.loads(stored) == {'volume_id': volumes[mine], 'backup_id': backup}

        for path, kind, expected in (
                ('/plans', 'plans', plans[mine]), ('/restores', 'restores', restores[mine]),
                ('/providers/%s/checkpoints' % INFRA, 'checkpoints', checkpoints[mine])):
            assert [row['id'] for row in karbor.call('GET', path).expect(200)[kind]] == [expected]
        assert {log['checkpoint_id'] for log in karbor.logs()} == {checkpoints[mine]}

        # What is another project's answers as what does not exist.
        theirs = '/providers/%s/checkpoints/%s' % (INFRA, checkpoints[other])
        for method, path in (('GET', '/plans/' + plans[other]), ('DELETE', '/plans/' + plans[other]),
                             ('GET', '/restores/' + restores[other]), ('GET', theirs), ('DELETE', theirs)):
            answer = karbor.call(method, path)
            assert 'itemNotFound' in answer.expect(404), (method, path)
        for kind in ('restore', 'verification'):
            body = {kind: {'provider_id': INFRA, 'checkpoint_id': checkpoints[other], 'parameters': {}}}
            karbor.call('POST', '/%ss' % kind, body).expect(404)
        karbor.call('POST', '/providers/%s/checkpoints' % INFRA, {'checkpoint': {'plan_id': plans[other]}}).expect(404)
