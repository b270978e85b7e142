"""A checkpoint that Karbor itself once wrote is listed, shown and restored."""
import json
import time
import uuid

from harness.daemon import INFRA
from harness.karbor import VOLUME, Karbor

MADE = 1795524753       # seconds; its day follows


def write_as_upstream(bank, checkpoint, plan, project, volume, backup):
    """The objects of Karbor 1.6.0's file-system bank for a plan of one volume, value by value."""
    extra = json.dumps({'availability_zone': 'nova'})
    day = time.strftime('%Y-%m-%d', time.gmtime(MADE))
    objects = {
        'checkpoints/%s/index.json' % checkpoint: json.dumps({
            'version': '0.9', 'id': checkpoint, 'status': 'available', 'owner_id': str(uuid.uuid4()),
            'provider_id': INFRA, 'project_id': project,
            'protection_plan': {'id': plan, 'name': 'plan-1', 'provider_id': INFRA, 'resources': [
                {'id': volume, 'type': VOLUME, 'name': 'data-1', 'extra_info': extra}]},
            'extra_info': json.dumps({'created_by': 'manual'}), 'created_at': day, 'timestamp': MADE,
            'resource_graph': json.dumps([{'0x0': [VOLUME, volume, 'data-1', extra]}, []])}),
        'checkpoints/%s/resource-data/%s/status' % (checkpoint, volume): 'available',
        'checkpoints/%s/resource-data/%s/metadata' % (checkpoint, volume): json.dumps({
            'volume_id': volume, 'backup_id': backup}),
        'indices/by-provider/%s/%s/%d@%s' % (INFRA, project, MADE, checkpoint): checkpoint,
        'indices/by-plan/%s/%s/%s/%d@%s' % (plan, project, day, MADE, checkpoint): checkpoint,
        'indices/by-date/%s/%s/%d@%s' % (day, project, MADE, checkpoint): checkpoint,
    }
    for key, text in objects.items():
        file = bank / 'karbor' / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def test_a_checkpoint_of_upstream_is_listed_shown_and_restored(new_daemon, tenant):
    volume = tenant.new_volume('data-1')
    before = tenant.checksum(volume)
    backup = tenant.cinder('POST', '/backups', {'backup': {'volume_id': volume}}).expect(202)['backup']['id']
    tenant.settled('backup', backup)
    daemon = new_daemon()
    checkpoint, plan = str(uuid.uuid4()), str(uuid.uuid4())
    write_as_upstream(daemon.bank, checkpoint, plan, tenant.project_id, volume, backup)
    karbor = Karbor(daemon.start(), tenant)

    path = '/providers/%s/checkpoints' % INFRA
    day = time.strftime('%Y-%m-%d', time.gmtime(MADE))
    for query in ('', '?plan_id=' + plan, '?start_date=%s&end_date=%s' % (day, day)):
        assert [entry['id'] for entry in karbor.call('GET', path + query).expect(200)['checkpoints']] == [checkpoint]
    shown = karbor.checkpoint(checkpoint)
    assert (shown['status'], shown['created_at'], shown['protection_plan']['id']) == ('available', day, plan)

    done = karbor.wait_restore(karbor.restore(checkpoint))
    [restored] = tenant.ids('volume') - {volume}
    assert done['resources_status'] == {'%s#%s' % (VOLUME, restored): 'available'}
    assert tenant.checksum(restored) == before

    karbor.delete_checkpoint(checkpoint).expect(200)
    karbor.wait_checkpoint(checkpoint, 'deleted')
    assert not tenant.ids('backup')
