"""Installs the Debian packages that are missing."""
import os
import pathlib
import subprocess

from . import settings
from .tools import Failure, append_to, say, tail, write

POLICY = pathlib.Path('/usr/sbin/policy-rc.d')
POLICY_TEXT = '''#!/bin/sh
# Made by Tests/Cloud/up for the time of an install: no package may start a service.
exit 101
'''
# What the acceptance tests need beside the cloud itself: one apt-get for all is quicker.
FOR_TESTS = ['python3-pytest', 'python3-pytest-xdist', 'python3-venv']


def missing(names):
    found = subprocess.run(['dpkg-query', '-W', '-f', '${Package} ${db:Status-Status}\n', *names],
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    installed = {line.split()[0] for line in found.splitlines() if line.endswith(' installed')}
    return [name for name in names if name not in installed]


def install(names):
    """Installs what is missing. Waits for another apt-get; mends what a killed one left."""
    names = missing(names)
    if not names:
        return
    say('installing %s' % ' '.join(names))
    ours = _forbid_service_starts()
    enabled = _enabled_units()
    command = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends',
               '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0',
               '-o', 'Dpkg::Options::=--force-unsafe-io', '-o', 'Dpkg::Options::=--force-confold', *names]
    try:
        if _run(command) != 0:
            # An empty or old package list, or a dpkg that was killed in the middle.
            _run(['dpkg', '--configure', '-a', '--force-confold'])
            _run(['apt-get', 'update', '-qq', '-o', 'DPkg::Lock::Timeout=300'])
            if _run(command) != 0:
                raise Failure('apt-get install failed:\n' + tail(settings.LOG / 'apt.log'))
    finally:
        if ours:
            POLICY.unlink(missing_ok=True)
        for link in _enabled_units() - enabled:     # nor at the machine's next boot
            link.unlink()


def _enabled_units():
    return set(pathlib.Path('/etc/systemd/system').glob('*.wants/*'))


def _forbid_service_starts():
    """Whether the policy file is ours to remove; one that a killed `up` left is, too."""
    if POLICY.exists():
        return POLICY.read_text(errors='replace') == POLICY_TEXT
    write(POLICY, POLICY_TEXT, 0o755)
    return True


def _run(command):
    environment = dict(os.environ, DEBIAN_FRONTEND='noninteractive', PATH=settings.ENVIRONMENT['PATH'])
    # It holds the cloud's lock: should we be killed, the next `up` waits for it to end.
    with append_to(settings.LOG / 'apt.log') as log:
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                              pass_fds=[settings.LOCK_DESCRIPTOR]).returncode
