"""keystoneauth1 from PyPI, in a virtual environment that is made once and kept."""
import subprocess
import sys

from .programs import HERE

WANTED = 'keystoneauth1>=5.18,<6'
KEPT = HERE.parent.parent / '.build-peers'


class Keystoneauth:

    def __init__(self):
        self.python = KEPT / 'bin' / 'python'
        if not self.python.exists():
            subprocess.run([sys.executable, '-m', 'venv', KEPT], check=True)
        # Says nothing and asks nobody where it is there already.
        subprocess.run(
            [self.python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', WANTED], check=True)
        self.version = subprocess.check_output(
            [self.python, '-c', 'import importlib.metadata as m; print(m.version("keystoneauth1"))'],
            text=True).strip()

    def session(self, url, count, threads):
        return [self.python, HERE / 'keystoneauth_session.py', url, count, threads]
