"""The API while operations wait for their turn by the thousand."""
from __future__ import annotations

import time
from typing import Any

from measuring.stubbed import PROVIDERS, Client, Stubbed, stubbed

QUEUED = 1_000
REQUESTS = 2_000
RUNNING = 4


def measure(programs: Any, table: Any) -> None:
    with stubbed({'DEFAULT': {'max_concurrent_operations': RUNNING}}) as one:
        accepting, times = answers(one)
        waiting = one.unfinished()
    assert waiting >= QUEUED, 'they still wait'
    table.add('{:,} operations queued: to accept one'.format(QUEUED), accepting * 1000, 'ms')
    table.add('  median of the API meanwhile', percentile(times, 50), 'ms')
    table.add('  99th percentile', percentile(times, 99), 'ms', at_most=50)


def answers(one: Stubbed) -> tuple[float, list[float]]:
    # Those that run are at work all the time, and never come to an end.
    one.cloud.storage.seconds = lambda step: float('inf') if step == 'backup' else 0.0
    client = one.client()
    plan = client.new_plan(one.tenant.new_volumes(64))
    idle = client.new_plan(one.tenant.new_volumes(1), 'no-op')
    begin = time.monotonic()
    checkpoints = [client.protect(plan) for _ in range(QUEUED + RUNNING)]
    accepting = (time.monotonic() - begin) / len(checkpoints)
    return accepting, [timed(client, idle, checkpoints, number) for number in range(REQUESTS)]


def timed(client: Client, idle: str, checkpoints: list[str], number: int) -> float:
    """Of all kinds in turn; in milliseconds."""
    begin = time.monotonic()
    if number % 4 == 0:
        client.ask('GET', '/plans')
    elif number % 4 == 1:
        client.ask('GET', '/providers/%s/checkpoints/%s' % (PROVIDERS['volume'], checkpoints[number % len(checkpoints)]))
    elif number % 4 == 2:
        client.ask('GET', '/operation_logs?limit=20')
    else:
        client.protect(idle, 'no-op')
    return (time.monotonic() - begin) * 1000


def percentile(times: list[float], percent: int) -> float:
    return sorted(times)[(len(times) - 1) * percent // 100]
