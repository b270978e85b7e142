"""How soon the daemon is back at work after a kill, with thousands of backups under way."""
from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from measuring.stubbed import Stubbed, stubbed

# As many in a plan as one operation works on at once.
OPERATIONS, VOLUMES = 157, 64
BACKUPS = OPERATIONS * VOLUMES


def measure(programs: Any, table: Any) -> None:
    with stubbed() as one:
        ready, watched, cpu, requests = recover(one)
    table.add('kill with {:,} backups under way: exec to READY'.format(BACKUPS), ready * 1000, 'ms')
    table.add('  exec to each of them being watched again', watched, 's', at_most=2)
    table.add('  CPU until then', cpu, 's')
    table.add('  requests to Cinder until then', requests, '')


def recover(one: Stubbed) -> tuple[float, float, float, int]:
    storage = one.cloud.storage
    storage.seconds = lambda step: float('inf') if step == 'backup' else 0.0
    client = one.client()
    for _ in range(OPERATIONS):
        client.protect(client.new_plan(one.tenant.new_volumes(VOLUMES)))
    until(lambda: len(storage.backups.things) == BACKUPS, 600)
    # The last of them are being looked at, too.
    until(lambda: unseen(one, 0) == 0, 120)
    one.daemon.kill()
    requests, begin = one.cloud.requests(), time.monotonic()
    one.daemon.start()
    ready = time.monotonic() - begin
    until(lambda: unseen(one, begin) == 0, 120)
    assert len(storage.backups.things) == BACKUPS, 'none is made twice'
    return ready, time.monotonic() - begin, one.process().cpu(), one.cloud.requests() - requests


def unseen(one: Stubbed, since: float) -> int:
    return one.cloud.look(lambda: sum(backup.seen <= since for backup in one.cloud.storage.backups))


def until(is_so: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, 'not within %d s' % seconds
        time.sleep(0.02)
