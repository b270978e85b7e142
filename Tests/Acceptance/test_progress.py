"""What is shown of an operation while it runs."""
from harness.http import eventually
from harness.karbor import Karbor
from harness.metrics import read

GIBIBYTE = 1 << 30


def test_a_protect_tells_how_far_it_is_until_it_has_ended(measured, tenant):
    karbor = Karbor(measured().start(), tenant)
    plan = karbor.new_plan(tenant.new_volume(), tenant.new_volume('slow-backup:8'))
    checkpoint = karbor.protect(plan)
    eventually(lambda: karbor.checkpoint(checkpoint).get('progress', {}).get('bytes_done') == GIBIBYTE, 'one is done')
    progress = karbor.checkpoint(checkpoint)['progress']
    assert (progress['steps_done'], progress['steps_total']) == (1, 2)
    assert progress['bytes_total'] == 2 * GIBIBYTE
    eventually(lambda: any('1 operations running (50 % of 2 GiB' in line
                           for line in karbor.daemon.notify.values('STATUS')), 'STATUS tells it')
    measures = read(karbor.daemon)
    assert measures.value('karbor_running_done_bytes') == GIBIBYTE
    assert measures.value('karbor_running_bytes') == 2 * GIBIBYTE
    karbor.wait_checkpoint(checkpoint, 'available')
    assert 'progress' not in karbor.checkpoint(checkpoint)
    assert karbor.log('protect', checkpoint_id=checkpoint)['extra_info']['progress'] == {
        'steps_done': 2, 'steps_total': 2, 'bytes_done': 2 * GIBIBYTE, 'bytes_total': 2 * GIBIBYTE,
        'estimated_end': None}
