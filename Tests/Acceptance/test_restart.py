"""The daemon stops in the middle of an operation, and the operation goes on with the next start."""
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


def test_an_operation_that_is_only_queued_runs_after_a_restart(work, tenant):
    volume = tenant.new_volume()
    plan = work.new_plan(volume)
    checkpoint = work.protect(plan)
    work.daemon.kill()                          # accepted means: on disk before the answer
    work.daemon.start()
    eventually(lambda: work.checkpoint(checkpoint)['status'] in ('available', 'error'), 'not stuck', 90)
    log = work.log('protect', checkpoint_id=checkpoint)
    assert log['status'] == 'available' or log['error_info']


def test_nothing_is_stuck_after_sigkill_in_the_middle(work, tenant):
    volume = tenant.new_volume('slow-backup:5')
    checkpoint = work.protect(work.new_plan(volume))
    eventually(lambda: tenant.ids('backup'), 'the backup is being made')
    work.daemon.kill()
    work.daemon.start()
    eventually(lambda: work.checkpoint(checkpoint)['status'] in ('available', 'error'), 'not stuck', 90)
    log = work.log('protect', checkpoint_id=checkpoint)
    assert log['status'] == 'available' or log['error_info'], 'an error has a reason'
    assert len(tenant.ids('backup')) <= 1


def test_a_second_daemon_on_the_same_store_ends_with_a_clear_word(work, new_daemon):
    second = new_daemon(options={'DEFAULT': {'state_path': work.daemon.folder / 'state'}})
    second.start(ready=False)
    assert second.wait(10) != 0
    assert second.log().strip(), 'it says why'
    assert work.daemon.health().status == 200, 'the first one does not mind'
