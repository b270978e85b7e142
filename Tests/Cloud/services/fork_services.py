"""Imports one OpenStack project once, then forks its one-time commands and its daemons from that process.

Importing takes most of the time that a start takes, and memory that is shared then. argv: a JSON file with
{"commands": [STEP…], "daemons": [STEP…], "lock": DESCRIPTOR}, STEP = {"name", "module", "argv", "log", "record"}.
A command runs to its end, and ours is its failure; a daemon is left running in a session of its own, after it has
written its record (see cloud/processes.py, whose invariants hold here, too).
"""
import ctypes
import importlib
import json
import os
import random
import signal
import sys
import traceback
import warnings

PR_SET_PDEATHSIG = 1


def end_with_parent():
    """A command must not go on when `up` was killed: the next one would run it a second time beside it."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def become(step, lock, daemon):
    log = os.open(step['log'], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    if daemon:
        os.setsid()
        with open('/proc/self/stat') as stat, open(step['record'], 'w') as record:
            record.write(stat.read())
        os.close(lock)
    else:
        end_with_parent()
    sys.argv = step['argv']
    random.seed()
    if 'eventlet' in sys.modules:
        import eventlet.hubs
        eventlet.hubs.use_hub()         # epoll's descriptor must not be shared with the siblings
    status = 1
    try:
        status = sys.modules[step['module']].main() or 0
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code)
        else:
            status = end.code or 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status if isinstance(status, int) else 0)


def main():
    end_with_parent()
    warnings.simplefilter('ignore')
    with open(sys.argv[1]) as file:
        plan = json.load(file)
    # The daemons' modules first: they apply eventlet's patches, which must come before anything else is imported.
    for step in plan['daemons'] + plan['commands']:
        importlib.import_module(step['module'])
    for step in plan['commands']:
        child = os.fork()
        if child == 0:
            become(step, plan['lock'], daemon=False)
        if os.waitpid(child, 0)[1] != 0:
            with open(step['log'], errors='replace') as log:
                sys.exit('%s failed\n%s' % (step['name'], ''.join(log.readlines()[-25:])))
    for step in plan['daemons']:
        if os.fork() == 0:
            become(step, plan['lock'], daemon=True)


if __name__ == '__main__':
    main()
