"""What it costs to make an effect once, whatever happens: intent and result on disk, many steps a commit."""
from __future__ import annotations

import pathlib
import subprocess
import tempfile
from statistics import median
from typing import Any

from measuring.disk import fdatasyncs
from measuring.programs import run

IN_FLIGHT = 256
STEPS = IN_FLIGHT * 200
COUNTED = IN_FLIGHT * 20
ROUNDS = 5


def measure(programs: Any, table: Any) -> None:
    rounds = []
    with tempfile.TemporaryDirectory(dir=programs.folder) as folder:
        syncs = median(fdatasyncs(pathlib.Path(folder)) for _ in range(3))
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(dir=programs.folder) as folder:
            rounds.append(run([programs.driver, 'steps', folder, STEPS, IN_FLIGHT]))
    cpu, wall, writes, commits = (median(found[name] for found in rounds)
                                  for name in ('cpu_us', 'wall_us', 'writes', 'commits'))
    table.add('durable steps, %d in flight: steps a commit' % IN_FLIGHT, STEPS / commits, '', at_least=32)
    table.add('  writes a step', writes / STEPS, '')
    table.add('  CPU a step', cpu, 'us', at_most=20)
    table.add('  the disk: fdatasyncs a second', syncs, '/s')
    table.add('  steps a second', 1e6 / wall, '/s', at_least=min(10 * syncs, 30_000))
    table.add('  fsyncs a commit, counted by strace', counted(programs), '')


def counted(programs: Any) -> float:
    """Of a shorter run, which strace makes slow."""
    with tempfile.TemporaryDirectory(dir=programs.folder) as folder:
        done = subprocess.run(
            ['strace', '-f', '-c', '-e', 'trace=fsync,fdatasync', programs.driver, 'steps', folder, str(COUNTED),
             str(IN_FLIGHT)], capture_output=True, text=True, check=True)
    # % time, seconds, usecs/call, calls, …, syscall
    rows = [line.split() for line in done.stderr.splitlines() if line.endswith('sync')]
    calls = sum(int(row[3]) for row in rows)
    words = done.stdout.split()
    return calls / float(words[words.index('commits') + 1])
