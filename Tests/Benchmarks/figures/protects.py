"""Operations whose plugin does nothing, over the REST API: what the daemon itself costs an operation, all of it durable."""
from __future__ import annotations

import concurrent.futures
import time
from statistics import median
from typing import Any

from measuring.stubbed import Stubbed, stubbed

RESOURCES = 100
COUNT = 200
CALLERS = 8
ROUNDS = 5


def measure(programs: Any, table: Any) -> None:
    with stubbed() as one:
        rounds = [protects(one) for _ in range(ROUNDS)]
    rate, cpu = map(median, zip(*rounds))
    table.add('no-op provider, plan of %d resources: protects' % RESOURCES, rate, '/s', at_least=40)
    table.add('  CPU of a protect', cpu, 'ms', at_most=10)


def protects(one: Stubbed) -> tuple[float, float]:
    """How many a second from the first request to the last end, and the milliseconds of each."""
    clients = [one.client() for _ in range(CALLERS)]
    plan = clients[0].new_plan(one.tenant.new_volumes(RESOURCES), 'no-op')
    before, begin = one.process().cpu(), time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(CALLERS) as pool:
        list(pool.map(lambda client: [client.protect(plan, 'no-op') for _ in range(COUNT // CALLERS)], clients))
    one.wait(120)
    return COUNT / (time.monotonic() - begin), (one.process().cpu() - before) * 1000 / COUNT
