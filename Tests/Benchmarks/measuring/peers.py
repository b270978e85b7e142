"""Peers from PyPI, in a virtual environment that is made once and kept."""
from __future__ import annotations

import subprocess
import sys

from .programs import HERE

KEPT = HERE.parent.parent / '.build-peers'


def python_with(*wanted: str) -> str:
    """The python that has them. Says nothing and asks nobody where they are there already."""
    python = KEPT / 'bin' / 'python'
    if not python.exists():
        subprocess.run([sys.executable, '-m', 'venv', KEPT], check=True)
    subprocess.run([python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', *wanted], check=True)
    return str(python)


def version(python: str, package: str) -> str:
    return subprocess.check_output(
        [python, '-c', 'import importlib.metadata as m; print(m.version("%s"))' % package], text=True).strip()
