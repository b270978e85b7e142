"""Keystone under uwsgi, on two ports: the usual one, and one whose tokens live shortly."""
import base64
import json
import os
import subprocess

from . import directory, mysql, processes, settings
from .tools import Failure, append_to, request, tail, token, wait_until, write

NEEDS = ('mysql',)
PACKAGES = ('python3-keystone', 'python3-pymysql', 'uwsgi-core', 'uwsgi-plugin-python3')
DAEMONS = {'keystone': 0.0}

ENTRY = settings.SERVICES_CODE / 'keystone_wsgi.py'
IDS = settings.STATE / 'keystone.json'
WINDOWS = settings.STATE / 'windows'

_CONF = """[DEFAULT]
debug = {debug}
use_stderr = true
max_token_size = 512
[cache]
enabled = true
backend = dogpile.cache.memory
[database]
connection = {database}
[token]
provider = fernet
expiration = {expiration}
allow_expired_window = {window}
[fernet_tokens]
key_repository = {keys}
[fernet_receipts]
key_repository = {keys}
[credential]
key_repository = {keys}
[identity]
password_hash_algorithm = bcrypt
password_hash_rounds = 4
[oslo_messaging_notifications]
driver = noop
"""


def start(wanted):
    keys = _make_keys()
    new = mysql.begin_database('keystone', DAEMONS)
    WINDOWS.mkdir(parents=True, exist_ok=True)
    conf = write(settings.ETC / 'keystone' / 'keystone.conf', _CONF.format(
        debug=settings.DEBUG, database=mysql.url('keystone'), expiration=settings.TOKEN_TTL,
        window=settings.ALLOW_EXPIRED_WINDOW, keys=keys))
    address = settings.HOST + ':%d'
    # It may start while the database is being filled: it reads that with the first request.
    processes.start('keystone', [
        'uwsgi-core', '--plugins-dir', '/usr/lib/uwsgi/plugins', '--plugin', 'python3', '--master', '--need-app',
        '--die-on-term', '--no-orphans', '--processes', 1, '--listen', 100, '--buffer-size', 65535,
        # uwsgi's own HTTP cannot keep a connection alive.
        '--http-socket', address % settings.PORTS['keystone'],
        '--http-socket', address % settings.PORTS['keystone_short'],
        '--add-header', 'Connection: close', '--log-date', '--wsgi-file', ENTRY,
    ], inputs=[conf, ENTRY], port=settings.PORTS['keystone'], environment={
        'OS_KEYSTONE_CONFIG_FILES': str(conf), 'CLOUD_SHORT_PORT': str(settings.PORTS['keystone_short']),
        'CLOUD_SHORT_TTL': str(settings.SHORT_TTL), 'CLOUD_SHORT_WINDOW': str(settings.SHORT_WINDOW),
        'CLOUD_WINDOWS': str(WINDOWS)})
    _fill(conf, new)
    wait_until('keystone', answers, lambda: processes.must_run('keystone'))


def answers():
    return request('GET', settings.AUTH_URL)[0] == 200 and token('admin', 'admin')


def ids():
    return json.loads(IDS.read_text())


def _make_keys():
    """The key repository as keystone-manage makes it, without starting that: 0 is the next key, 1 the primary one."""
    keys = settings.DIR / 'keystone' / 'keys'
    if not keys.exists():
        new = keys.with_name('keys.new')
        for number in ('0', '1'):
            write(new / number, base64.urlsafe_b64encode(os.urandom(32)).decode(), 0o600)
        new.chmod(0o700)
        new.rename(keys)
    return keys


def _fill(conf, new):
    wanted = directory.specification()
    mark = processes.fingerprint(wanted)
    specification = write(settings.ETC / 'keystone' / 'directory.json', json.dumps(wanted, indent=1))

    if not new and ids()['mark'] == mark:
        return
    log = processes.log('keystone-fill')
    with append_to(log) as errors:
        done = subprocess.run(
            ['/usr/bin/python3', settings.SERVICES_CODE / 'keystone_fill.py', conf, specification],
            stdout=subprocess.PIPE, stderr=errors, env=settings.ENVIRONMENT, text=True,
            pass_fds=[settings.LOCK_DESCRIPTOR])
    if done.returncode != 0:
        raise Failure('Keystone could not be filled\n' + tail(log))
    write(IDS, json.dumps({**json.loads(done.stdout.splitlines()[-1]), 'mark': mark}, indent=1))
    mysql.database_is_filled('keystone')
