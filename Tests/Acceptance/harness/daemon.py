"""karbor-protection as systemd would run it: a configuration file, a notify socket, signals."""
import os
import pathlib
import signal
import socket
import subprocess
import time

from .http import send
from .notify import NotifySocket

ROOT = pathlib.Path(__file__).resolve().parents[3]
INFRA = 'cf56bd3e-97a7-4078-b6d5-f36246333fd9'
NOOP = 'b766f37c-d011-4026-8228-28730d734a3f'


def binary():
    return pathlib.Path(os.environ.get('KARBOR_BINARY') or ROOT / '.build/debug/karbor-protection').absolute()


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def ini(groups):
    """A configuration file of {group: {option: value or list of values}}."""
    lines = []
    for group, options in groups.items():
        lines.append('[%s]' % group)
        for name, value in options.items():
            lines += ['%s = %s' % (name, item) for item in (value if isinstance(value, list) else [value])]
    return '\n'.join(lines) + '\n'


class Daemon:
    """One daemon with a folder of its own: configuration, state, bank, log. It can be started again and again.

    `auth_url` and `cinder_url` put a proxy between it and the cloud. `options` is {group: {option: value}} on top of
    what is written here.
    """

    def __init__(self, cloud, folder, auth_url=None, cinder_url=None, username='karbor', password=None, options=None,
                 backup_from_snapshot=True, poll_interval=1):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.url = 'http://127.0.0.1:%d' % self.port
        self.bank = self.folder / 'bank'
        self.log_file = self.folder / 'karbor-protection.log'
        self.config_file = self.folder / 'karbor.conf'
        self.notify = None
        self._process = None
        auth_url = auth_url or cloud.auth_url
        credential = {
            'auth_type': 'password', 'auth_url': auth_url, 'username': username,
            'password': password or cloud.facts['users']['karbor']['password'], 'project_name': 'service',
            'user_domain_id': 'default', 'project_domain_id': 'default',
        }
        groups = {
            'DEFAULT': {
                'debug': 'true', 'state_path': self.folder / 'state',
                'provider_config_dir': self.folder / 'providers.d',
                'osapi_karbor_listen': '127.0.0.1', 'osapi_karbor_listen_port': self.port,
                'graceful_shutdown_timeout': 10,
            },
            'keystone_authtoken': {'www_authenticate_uri': auth_url, **credential},
            'service_user': dict(credential),
            'cinder_client': {'cinder_endpoint': cinder_url} if cinder_url else {},
        }
        for group, values in (options or {}).items():
            groups.setdefault(group, {}).update(values)
        self.groups = groups
        self.write_config()
        self._write_provider('openstack-infra', INFRA, 'OS Infra Provider', 'karbor-volume-protection-plugin', {
            'file_system_bank_plugin': {'file_system_bank_path': self.bank},
            'cinder_backup_protection_plugin': {
                'poll_interval': poll_interval, 'backup_from_snapshot': backup_from_snapshot}})
        self._write_provider('noop', NOOP, 'No-Op Provider', 'karbor-noop-protection-plugin', {
            'file_system_bank_plugin': {'file_system_bank_path': self.folder / 'bank-noop'}})

    def write_config(self):
        (self.folder / 'state').mkdir(exist_ok=True)
        self.config_file.write_text(ini(self.groups))

    def _write_provider(self, file, number, name, plugin, groups):
        folder = self.folder / 'providers.d'
        folder.mkdir(exist_ok=True)
        (folder / (file + '.conf')).write_text(ini({
            'provider': {'name': name, 'description': 'of the acceptance tests', 'id': number, 'enabled': 'True',
                         'plugin': [plugin], 'bank': 'karbor-fs-bank-plugin'},
            **groups}))

    # Life

    def start(self, ready=True, seconds=20, journal=None):
        """Returns when it has said READY, unless that is not expected. It logs to the journal if it is given one."""
        assert self._process is None, 'it runs'
        self.notify = NotifySocket(self.folder)
        command = [binary(), '--config-file', self.config_file]
        environment = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'LANG': 'C.UTF-8',
                       'NOTIFY_SOCKET': str(self.notify.path)}
        if journal:
            command = journal.command(command)
            environment.update(journal.environment)
        with open(self.log_file, 'ab') as log:
            output = journal.standard_error if journal else log
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                             cwd=self.folder, env=environment)
        if ready and not self.notify.wait('READY', seconds, give_up=lambda: self._process.poll() is not None):
            status = self._process.poll()
            self.kill()
            raise AssertionError('not READY, exit status %s; its log:\n%s' % (status, self.log()[-4000:]))
        return self

    def wait(self, seconds=20):
        """Its exit status, when it has ended by itself or after a signal."""
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError('it has not ended within %s s; its log:\n%s' % (seconds, self.log()[-4000:]))
        self._process = None
        self.notify.close()
        return status

    def signal(self, number):
        self._process.send_signal(number)

    def stop(self, seconds=20):
        """SIGTERM; returns (exit status, seconds that it took)."""
        begin = time.monotonic()
        self.signal(signal.SIGTERM)
        return self.wait(seconds), time.monotonic() - begin

    def kill(self):
        """SIGKILL, if it runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
            self.notify.close()

    @property
    def pid(self):
        return self._process.pid

    @property
    def runs(self):
        return self._process is not None and self._process.poll() is None

    # Looks

    def log(self):
        return self.log_file.read_text(errors='replace') if self.log_file.exists() else ''

    def health(self, path='/healthz'):
        """Needs no token."""
        return send('GET', self.url + path, timeout=5)

    def stored(self, checkpoint, *path):
        """An object of a checkpoint in the bank, as text, or None."""
        file = self.bank.joinpath('karbor', 'checkpoints', checkpoint, *path)
        return file.read_text() if file.exists() else None
