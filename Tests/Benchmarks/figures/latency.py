"""How long one request at a time takes, against the bare C loop: the client on one processor, the server on another."""
import os
from statistics import median

from measuring.programs import run

ROUNDS = 5
COUNT = 10_000


def measure(programs, table):
    processors = sorted(os.sched_getaffinity(0))
    client, server = (['taskset', '-c', str(processor)] for processor in (processors[0], processors[-1]))
    with programs.cinder(before=server) as url:
        commands = programs.curl(url, COUNT, 1), programs.session(url, 'raw', COUNT, 1)
        rounds = [[run(command, before=client)['wall_us'] for command in commands] for _ in range(ROUNDS)]
    bare, ours = map(median, zip(*rounds))
    table.add('one GET at a time, on one processor: bare C loop', bare, 'us')
    table.add('one GET at a time: session and service-token wrapper', ours, 'us')
    table.add('  as a multiple of the C loop', median(ours / bare for bare, ours in rounds), 'x', at_most=2)
