"""A plan of many volumes, against the stub: memory, requests and processor time, which must not grow with its size."""
from __future__ import annotations

import collections
import time
from typing import Any

from measuring.stubbed import Stubbed, stubbed

SIZES = (100, 1_000, 10_000)
LARGEST = SIZES[-1]
# How long Cinder takes.
SECONDS = {'snapshot': 0.1, 'backup': 0.5, 'delete': 0.1, 'volume': 0.1, 'restore': 0.5}


def measure(programs: Any, table: Any) -> None:
    costs = []
    for size in SIZES:
        with stubbed() as one:
            cpu, wall, peak, counts = protect(one, size)
        lists = sum(count for shape, count in counts.items() if shape.endswith('/detail'))
        looks = sum(count for shape, count in counts.items() if shape.startswith('GET')) - lists
        changes = sum(counts.values()) - lists - looks
        name = 'a plan of {:,} volumes: '.format(size)
        table.add(name + 'CPU a volume', cpu * 1000 / size, 'ms')
        table.add('  wall time', wall, 's')
        table.add('  changes asked of Cinder, a volume', changes / size, '', at_most=3)
        # One or two things are cheaper to look at than to list; more than these few is a list that was read in vain.
        table.add('  looks at one thing, a volume', looks / size, '', at_most=0.1)
        table.add('  lists, in all', lists, '')
        table.add('  resident at the peak', peak, 'MiB', at_most=160 if size == LARGEST else None)
        costs.append(cpu / size)
    table.add('CPU a volume, the dearest size to the cheapest', max(costs) / min(costs), 'x', at_most=1.3 / 0.7)


def protect(one: Stubbed, size: int) -> tuple[float, float, float, collections.Counter[str]]:
    one.cloud.storage.seconds = SECONDS.__getitem__
    client = one.client()
    plan = client.new_plan(one.tenant.new_volumes(size))
    process = one.process()
    before, begin = process.cpu(), time.monotonic()
    client.protect(plan)
    one.wait(900)
    cpu, wall = process.cpu() - before, time.monotonic() - begin
    backups = one.cloud.look(lambda: [thing['status'] for thing in one.cloud.storage.backups])
    assert backups == ['available'] * size, 'each has one backup'
    return cpu, wall, process.mebibytes('VmHWM'), one.cloud.cinder_service.counts
