"""The daemon stops in the middle of an operation, and the operation goes on with the next start."""
import re

import pytest

from harness.http import PACE, eventually
from harness.karbor import Karbor


@pytest.fixture
def work(new_daemon, tenant):
    return Karbor(new_daemon().start(), tenant)


def stop_and_start(daemon):
    """SIGTERM as systemd sends it. A wait for a status is left at once, so it does not take long."""
    status, seconds = daemon.stop()
    assert status == 0
    assert daemon.notify.values('STOPPING') == ['1']
    assert seconds < 5 * PACE, 'waits are left at once'
    daemon.start()


@pytest.mark.parametrize('name, kind', [('slow-snapshot:4', 'snapshot'), ('slow-backup:6', 'backup')])
def test_a_protect_goes_on_after_sigterm(work, tenant, name, kind):
    volume = tenant.new_volume(name)
    before = tenant.checksum(volume)
    checkpoint = work.protect(work.new_plan(volume))
    eventually(lambda: tenant.ids(kind), 'the %s is being made' % kind)
    stop_and_start(work.daemon)
    work.wait_checkpoint(checkpoint, 'available')
    assert len(tenant.ids('backup')) == 1 and not tenant.ids('snapshot'), 'nothing twice, nothing left'

    work.wait_restore(work.restore(checkpoint))
    [restored] = tenant.ids('volume') - {volume}
    assert tenant.checksum(restored) == before


def test_a_restore_goes_on_after_sigterm(work, tenant):
    volume = tenant.new_volume('slow-restore:5')
    before = tenant.checksum(volume)
    checkpoint = work.protect(work.new_plan(volume))
    work.wait_checkpoint(checkpoint, 'available')
    restore = work.restore(checkpoint)
    eventually(lambda: tenant.ids('volume') - {volume}, 'the volume is being restored')
    stop_and_start(work.daemon)
    work.wait_restore(restore)
    [restored] = tenant.ids('volume') - {volume}
    assert tenant.checksum(restored) == before


def test_an_operation_that_is_only_queued_runs_after_sigkill(new_daemon, tenant):
    work = Karbor(new_daemon(options={'DEFAULT': {'max_concurrent_operations': 1}}).start(), tenant)
    slow, waiting = tenant.new_volume('slow-backup:6'), tenant.new_volume()
    first, second = (work.new_plan(volume) for volume in (slow, waiting))
    running = work.protect(first)
    eventually(lambda: tenant.ids('backup'), 'the first one is at its backup')
    queued = work.protect(second)
    assert work.checkpoint(queued)['status'] == 'protecting'
    work.daemon.kill()                          # accepted means: on disk before the answer
    assert {thing['volume_id'] for kind in ('snapshot', 'backup') for thing in tenant.all(kind)} == {slow}, \
        'of the second one nothing has begun'
    work.daemon.start()
    status = work.daemon.notify.values('STATUS')[0]
    assert re.search(r'\b1 operations? running( \([^)]*\))?, 1 waiting', status), 'one at a time'
    for checkpoint in (running, queued):
        work.wait_checkpoint(checkpoint, 'available')
        assert work.log('protect', checkpoint_id=checkpoint)['status'] == 'available'
    assert sorted(backup['volume_id'] for backup in tenant.all('backup')) == sorted([slow, waiting]), 'one for each'
    assert not tenant.ids('snapshot')


def test_a_protect_goes_on_after_sigkill_in_the_middle(work, tenant):
    volume = tenant.new_volume('slow-backup:5')
    checkpoint = work.protect(work.new_plan(volume))
    eventually(lambda: tenant.ids('backup'), 'the backup is being made')
    work.daemon.kill()
    work.daemon.start()
    work.wait_checkpoint(checkpoint, 'available')
    assert work.log('protect', checkpoint_id=checkpoint)['status'] == 'available'
    assert len(tenant.ids('backup')) == 1 and not tenant.ids('snapshot'), 'nothing twice, nothing left'


def test_a_second_daemon_on_the_same_store_ends_with_a_clear_word(work, new_daemon):
    second = new_daemon(options={'DEFAULT': {'state_path': work.daemon.folder / 'state'}})
    second.start(ready=False)
    assert second.wait(10) != 0
    assert second.log().strip(), 'it says why'
    assert work.daemon.health().status == 200, 'the first one does not mind'
