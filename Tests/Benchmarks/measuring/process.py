"""What another process uses, as the kernel counts it."""
from __future__ import annotations

import os
import pathlib

TICK = os.sysconf('SC_CLK_TCK')


class Process:

    def __init__(self, pid: int) -> None:
        self._folder = pathlib.Path('/proc/%d' % pid)

    def cpu(self) -> float:
        """Seconds, user and system."""
        fields = (self._folder / 'stat').read_text().rpartition(')')[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def mebibytes(self, name: str) -> float:
        """VmRSS, VmHWM, RssAnon…"""
        for line in (self._folder / 'status').read_text().splitlines():
            if line.startswith(name + ':'):
                return int(line.split()[1]) / 1024
        raise KeyError(name)
