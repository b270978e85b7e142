"""The daemons of the cloud: start, find again, stop.

1. Nothing runs without a record. The child itself writes `run/NAME.stat`, its line of /proc, before it becomes the
   daemon; so killing `up` at any point leaves no process that the next `up` cannot find.
2. A record is believed only if pid and start time agree: a stale one does no harm, and nobody else's process is ended.
3. Until it is the daemon, the child holds the cloud's lock: the next `up` cannot look before the record is there.
4. Each daemon has a session of its own, so that its workers are found even when their parent is dead.
"""
import hashlib
import json
import os
import pathlib
import signal
import subprocess
import time

from . import settings
from .tools import Failure, append_to, listens, say, tail, write

# Invariants 1 and 3. A huge limit of descriptors makes Erlang and close-all loops slow.
_BECOME = '''read -r stat </proc/$$/stat && printf '%s\\n' "$stat" >"$0" &&
ulimit -n 65536 2>/dev/null; exec "$@" 9>&-'''


class Stat:
    """A line of /proc/PID/stat: pid, session, start time."""

    def __init__(self, line):
        before, _, after = line.rpartition(')')
        fields = after.split()
        self.pid = int(before.split()[0])
        self.zombie = fields[0] == 'Z'
        self.session = int(fields[3])
        self.started = int(fields[19])

    @staticmethod
    def read(path):
        try:
            return Stat(pathlib.Path(path).read_text())
        except (OSError, ValueError, IndexError):
            return None


def record(name):
    return settings.RUN / (name + '.stat')


def log(name):
    return settings.LOG / (name + '.log')


def pid(name):
    """The daemon's pid if it runs, else None."""
    then = Stat.read(record(name))
    now = then and Stat.read('/proc/%d/stat' % then.pid)
    return then.pid if now and not now.zombie and now.started == then.started else None


def members(name):
    """Every process of the daemon's session, workers whose parent is dead included."""
    then = Stat.read(record(name))
    if then is None:
        return []
    now = Stat.read('/proc/%d/stat' % then.pid)
    if now and now.started != then.started:
        return []       # the number went to somebody else, so the session has no member left
    every = (Stat.read(path) for path in pathlib.Path('/proc').glob('[0-9]*/stat'))
    return [stat for stat in every if stat and stat.session == then.pid and not stat.zombie]


def fingerprint(*inputs):
    """Of what a daemon was started with: another one means that it must be restarted."""
    digest = hashlib.sha256()
    for item in inputs:
        digest.update(item.read_bytes() if isinstance(item, pathlib.Path) else json.dumps(item).encode())
    return digest.hexdigest()


def runs_as(name, mark):
    path = settings.RUN / (name + '.mark')
    return pid(name) is not None and path.exists() and path.read_text() == mark


def prepare(name, mark, port=None, grace=0.0):
    """Makes room for a daemon: ends an outdated one, and says so when a stranger has its port."""
    stop(name, grace)
    if port and listens(port):
        raise Failure('port %d of %s is taken by a process that is not ours; CLOUD_PORT_... chooses another one'
                      % (port, name))
    write(settings.RUN / (name + '.mark'), mark)


def start(name, command, inputs=(), environment=None, port=None, grace=0.0):
    """Starts a daemon unless it runs as configured; True if it was started."""
    command = [str(part) for part in command]
    environment = {**settings.ENVIRONMENT, **(environment or {})}
    mark = fingerprint(command, environment, *inputs)
    if runs_as(name, mark):
        return False
    prepare(name, mark, port, grace)
    with append_to(log(name)) as output:
        subprocess.Popen(['/bin/sh', '-c', _BECOME, str(record(name)), *command], stdin=subprocess.DEVNULL,
                         stdout=output, stderr=output, env=environment, cwd=settings.DIR, start_new_session=True,
                         pass_fds=[settings.LOCK_DESCRIPTOR])
    deadline = time.monotonic() + 10
    while pid(name) is None and time.monotonic() < deadline:
        time.sleep(0.005)
    return True


def must_run(*names):
    """Raises with the end of its log if one of them has ended."""
    for name in names:
        if pid(name) is None:
            raise Failure('%s has ended\n%s' % (name, tail(log(name))))


def stop(name, grace):
    """Ends a daemon and its workers: asks first if it is given a grace, and kills what is left then."""
    leader = pid(name)
    left = members(name)
    if leader and grace:
        _signal(leader, signal.SIGTERM)
    deadline = time.monotonic() + (grace if leader else 0)
    while left and time.monotonic() < deadline:
        time.sleep(0.02)
        left = members(name)
    for stat in left:
        _signal(stat.pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while left and time.monotonic() < deadline:
        time.sleep(0.02)
        left = members(name)
    if left:
        raise Failure('%s cannot be ended: pids %s' % (name, ' '.join(str(stat.pid) for stat in left)))
    for suffix in ('.stat', '.mark'):
        (settings.RUN / (name + suffix)).unlink(missing_ok=True)
    if leader:
        say('%s stopped' % name)


def _signal(number, which):
    try:
        os.kill(number, which)
    except ProcessLookupError:
        pass
