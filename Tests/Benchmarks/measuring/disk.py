"""How often a second a disk takes a small write for good."""
from __future__ import annotations

import os
import pathlib
import time

PAGE = 4096


def fdatasyncs(folder: pathlib.Path, seconds: float = 1) -> float:
    """As a write-ahead log writes: pages one after another, each synced."""
    file = os.open(folder / 'probe', os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    try:
        count, begin = 0, time.monotonic()
        while time.monotonic() - begin < seconds:
            os.pwrite(file, bytes(PAGE), count * PAGE)
            os.fdatasync(file)
            count += 1
        return count / (time.monotonic() - begin)
    finally:
        os.close(file)
        os.unlink(folder / 'probe')
