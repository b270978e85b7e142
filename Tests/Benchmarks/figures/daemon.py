"""The daemon, idle: how soon it is ready, how much memory it holds, how large it is. Needs the cloud of Tests/Cloud."""
import os
import shutil
import subprocess
import sys
import tempfile
import time
from statistics import median

from measuring.programs import HERE

sys.path.insert(0, str(HERE.parent / 'Acceptance'))
from harness.cloud import Cloud         # noqa: E402
from harness.daemon import Daemon       # noqa: E402

ROUNDS = 5


def measure(programs, table):
    table.add('binary, stripped', size(os.environ['KARBOR_BINARY'], programs.folder), 'MiB')
    ready, resident, anonymous = map(median, zip(*(start() for _ in range(ROUNDS))))
    table.add('start to READY', ready, 'ms', at_most=60)
    table.add('idle, with its service token: resident', resident, 'MiB', at_most=60)
    table.add('idle, with its service token: anonymous', anonymous, 'MiB', at_most=16)


def start():
    with tempfile.TemporaryDirectory() as folder:
        process = Daemon(Cloud(), folder, options={'DEFAULT': {'debug': 'false'}})
        begin = time.monotonic()
        process.start()
        ready = (time.monotonic() - begin) * 1000
        try:
            time.sleep(3)
            return ready, mebibytes(process.pid, 'VmRSS'), mebibytes(process.pid, 'RssAnon')
        finally:
            process.stop()


def mebibytes(pid, key):
    for line in open('/proc/%d/status' % pid):
        if line.startswith(key + ':'):
            return int(line.split()[1]) / 1024
    raise KeyError(key)


def size(binary, folder):
    stripped = shutil.copy(binary, folder / 'stripped')
    subprocess.run(['strip', stripped], check=True)
    return os.path.getsize(stripped) / 2**20
