"""A small disk of a daemon's own, which can be full, or refuse to be written."""
import contextlib
import os
import subprocess


def _run(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, '%s: %s' % (' '.join(map(str, command)), done.stdout)


class Disk:
    """A tmpfs over a folder."""

    def __init__(self, folder, kibibytes):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        _run('mount', '-t', 'tmpfs', '-o', 'size=%dk,mode=0700' % kibibytes, 'karbor-test', folder)

    @contextlib.contextmanager
    def full(self):
        """Nothing more fits, until the block ends."""
        filler = self.folder / 'filler'
        try:
            with open(filler, 'wb', buffering=0) as file:
                block = bytes(4096)
                with contextlib.suppress(OSError):
                    while True:
                        file.write(block)
            yield
        finally:
            os.unlink(filler)

    @contextlib.contextmanager
    def read_only(self):
        """Only while nobody has a file of it open for writing."""
        _run('mount', '-o', 'remount,ro', self.folder)
        try:
            yield
        finally:
            _run('mount', '-o', 'remount,rw', self.folder)

    def remove(self):
        _run('umount', '-l', self.folder)
