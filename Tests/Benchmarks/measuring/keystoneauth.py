"""keystoneauth1 from PyPI."""
from .peers import python_with, version
from .programs import HERE

WANTED = 'keystoneauth1>=5.18,<6'


class Keystoneauth:

    def __init__(self):
        self.python = python_with(WANTED)
        self.version = version(self.python, 'keystoneauth1')

    def session(self, url, count, threads):
        return [self.python, HERE / 'keystoneauth_session.py', url, count, threads]
