"""What operations survive: kills, a Keystone that is gone, other services that start anew, and a store without room."""
import random
import sqlite3
import time

import pytest

from harness.disk import Disk
from harness.http import PACE, eventually
from harness.karbor import Karbor

OUTAGE = 60
KILLS = 5       # in each of protect and restore


@pytest.fixture
def new_disk():
    """A function that makes a small disk over a daemon's state folder."""
    made = []

    def make(daemon, kibibytes=1024):
        made.append(Disk(daemon.folder / 'state', kibibytes))
        return made[-1]

    yield make
    for disk in made:
        disk.remove()


def only(tenant, backups, volumes):
    """Besides the volumes there is one backup of each that was protected, and nothing else."""
    assert sorted(backup['volume_id'] for backup in tenant.all('backup')) == sorted(backups)
    assert not tenant.ids('snapshot')
    assert tenant.ids('volume') == set(volumes)


def kill_at_random(daemon, random, until):
    """Kills the daemon and starts it again at random instants, also while it starts; returns when `until()` is true."""
    for _ in range(KILLS):
        time.sleep(random.uniform(0, 2.5) * PACE)
        daemon.kill()
        if random.random() < 0.3:       # in the middle of its start, too
            daemon.start(ready=False)
            time.sleep(random.uniform(0, 0.3))
            daemon.kill()
        daemon.start()
    assert daemon.runs
    return until()


def test_kills_during_protect_and_restore_lose_nothing_and_do_nothing_twice(new_daemon, tenant):
    seed = random.randrange(1 << 32)
    print('seed %d' % seed)
    dice = random.Random(seed)
    work = Karbor(new_daemon().start(), tenant)
    names = ['slow-snapshot:2', 'slow-backup:4 slow-restore:4', 'slow-snapshot-delete:2 slow-restore:2']
    volumes = [tenant.new_volume(name) for name in names]
    sums = sorted(tenant.checksum(volume) for volume in volumes)
    checkpoint = work.protect(work.new_plan(*volumes))
    kill_at_random(work.daemon, dice, lambda: work.wait_checkpoint(checkpoint, 'available'))
    work.log('protect', checkpoint_id=checkpoint)
    only(tenant, volumes, volumes)

    restore = work.restore(checkpoint)
    kill_at_random(work.daemon, dice, lambda: work.wait_restore(restore))
    work.log('restore', restore_id=restore)
    restored = tenant.ids('volume') - set(volumes)
    assert len(restored) == len(volumes)
    assert sorted(tenant.checksum(volume) for volume in restored) == sums
    only(tenant, volumes, [*volumes, *restored])


@pytest.mark.alone
@pytest.mark.long
def test_keystone_is_gone_for_a_minute_in_the_middle_of_a_protect_and_of_a_restore(cloud, new_daemon, new_tenant):
    work = Karbor(new_daemon().start(), new_tenant())
    volume, source = work.tenant.new_volume('slow-backup:20'), work.tenant.new_volume('slow-restore:20')
    saved = work.protect(work.new_plan(source))
    work.wait_checkpoint(saved, 'available')
    plan = work.new_plan(volume)
    checkpoint, restore = work.protect(plan), work.restore(saved)
    eventually(lambda: len(work.tenant.ids('backup')) == 2, 'the backup is being made')
    eventually(lambda: [thing for thing in work.tenant.all('volume') if thing['status'] == 'restoring-backup'],
               'the volume is being restored')
    with cloud.without('keystone'):
        time.sleep(OUTAGE)
    work.wait_checkpoint(checkpoint, 'available')
    work.wait_restore(restore)
    [restored] = work.tenant.ids('volume') - {volume, source}
    assert work.tenant.checksum(restored) == work.tenant.checksum(source)
    only(work.tenant, [volume, source], [volume, source, restored])


@pytest.mark.alone
@pytest.mark.parametrize('service', ['rabbit', 'cinder-volume'])
def test_a_service_of_cinders_starts_anew_under_a_protect(cloud, new_daemon, new_tenant, service):
    work = Karbor(new_daemon().start(), new_tenant())
    volume = work.tenant.new_volume('slow-backup:10')
    checkpoint = work.protect(work.new_plan(volume))
    eventually(lambda: work.tenant.ids('backup'), 'the backup is being made')
    with cloud.without(service):
        time.sleep(3)
    # What Cinder itself loses by that it says, and the operation ends with its reason; it never hangs, nor leaves anything.
    log = eventually(lambda: (found := work.logs(checkpoint_id=checkpoint)[0])['ended_at'] and found, 'it ends', 240)
    assert log['status'] in ('available', 'error'), log
    if log['status'] == 'error':
        assert volume in log['error_info'], 'the reason names the resource'
        only(work.tenant, [], [volume])
        checkpoint = work.protect(work.new_plan(volume))
        work.wait_checkpoint(checkpoint, 'available')
    only(work.tenant, [volume], [volume])
    work.wait_restore(work.restore(checkpoint))


def test_a_store_without_room_refuses_and_goes_on_when_there_is_some(new_daemon, new_disk, tenant):
    daemon = new_daemon()
    disk = new_disk(daemon)
    work = Karbor(daemon.start(), tenant)
    volume, other = tenant.new_volume('slow-snapshot:6'), tenant.new_volume()
    plan, second = work.new_plan(volume), work.new_plan(other)
    checkpoint = work.protect(plan)
    eventually(lambda: tenant.ids('snapshot'), 'the snapshot is being made')
    with disk.full():
        eventually(lambda: work.call('POST', '/plans', work.plan_body([other])).status == 503, 'a plan is refused')
        refused = work.call('POST', '/providers/%s/checkpoints' % work.call('GET', '/plans/' + second).expect(200)[
            'plan']['provider_id'], {'checkpoint': {'plan_id': second}})
        assert refused.status == 503 and b'store' in refused.data
        assert daemon.health('/readyz').status == 503
        assert daemon.health().status == 200
        time.sleep(8)
        assert work.checkpoint(checkpoint)['status'] == 'protecting', 'it waits for room'
        daemon.kill()
        assert sqlite3.connect('file:%s?mode=ro' % (daemon.folder / 'state/karbor-protection.sqlite'), uri=True).execute(
            'PRAGMA integrity_check').fetchall() == [('ok',)]
    daemon.start()
    work.wait_checkpoint(checkpoint, 'available')
    again = work.protect(second)
    work.wait_checkpoint(again, 'available')
    only(tenant, [volume, other], [volume, other])


def test_a_store_that_can_only_be_read_is_refused_at_start_and_left_as_it_is(new_daemon, new_disk, tenant):
    daemon = new_daemon()
    disk = new_disk(daemon)
    work = Karbor(daemon.start(), tenant)
    plan = work.new_plan(tenant.new_volume())
    daemon.stop()
    file = daemon.folder / 'state/karbor-protection.sqlite'
    before = file.read_bytes()
    with disk.read_only():
        daemon.start(ready=False)
        assert daemon.wait(20) != 0
        assert str(file.parent) in daemon.log().splitlines()[-1]
    assert file.read_bytes() == before
    daemon.start()
    work.wait_checkpoint(work.protect(plan), 'available')
