"""What the environment may change, and the paths and URLs that follow from it."""
import os
import pathlib


def _number(name, default):
    return int(os.environ.get(name) or default)


def _text(name, default):
    return os.environ.get(name) or default


def _port(name, default):
    return _number('CLOUD_PORT_' + name, default)


HOST = '127.0.0.1'
REGION = 'RegionOne'
DOMAIN = 'default'
PASSWORD = _text('CLOUD_PASSWORD', 'secret')

# None of these is a usual OpenStack port, so that a DevStack or the like may run beside us.
PORTS = {
    'keystone': _port('KEYSTONE', 15000),
    'keystone_short': _port('KEYSTONE_SHORT', 15001),
    'rabbit': _port('RABBIT', 15673),
    'rabbit_distribution': _port('RABBIT_DISTRIBUTION', 15674),
    'epmd': _port('EPMD', 14369),
    'mysql': _port('MYSQL', 13316),
    'cinder': _port('CINDER', 18776),
}

TOKEN_TTL = _number('CLOUD_TOKEN_TTL', 3600)
ALLOW_EXPIRED_WINDOW = _number('CLOUD_ALLOW_EXPIRED_WINDOW', 172800)
SHORT_TTL = _number('CLOUD_SHORT_TTL', 5)
SHORT_WINDOW = _number('CLOUD_SHORT_WINDOW', 10)
GIB_BYTES = _number('CLOUD_GIB_BYTES', 16 * 1024 * 1024)
WAIT_SECONDS = _number('CLOUD_WAIT', 120)
DEBUG = _text('CLOUD_DEBUG', '0') not in ('0', 'false', 'no')
KARBOR_URL = _text('CLOUD_KARBOR_URL', 'http://127.0.0.1:8799/v1/$(project_id)s')

DIR = pathlib.Path(_text('CLOUD_DIR', '/var/tmp/karbor-protection-cloud')).absolute()
ETC = DIR / 'etc'
LOG = DIR / 'log'
RUN = DIR / 'run'
STATE = DIR / 'state'
BIN = DIR / 'bin'
RESULT = DIR / 'cloud.json'
LOCK = DIR.with_name(DIR.name + '.lock')     # beside the folder: a purge must not take it away
LOCK_DESCRIPTOR = 9                          # one digit: a shell has to be able to name it

SERVICES_CODE = pathlib.Path(__file__).resolve().parent.parent / 'services'


def url(service):
    return 'http://%s:%d' % (HOST, PORTS[service])


AUTH_URL = url('keystone') + '/v3'
SHORT_AUTH_URL = url('keystone_short') + '/v3'

# The environment of everything that is started: what the caller happens to have set (a pyenv in
# PATH, a proxy, a virtual environment) must not decide how the cloud behaves.
ENVIRONMENT = {
    'PATH': '%s:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin' % BIN,
    'HOME': str(DIR),
    'LANG': 'C.UTF-8',
    'LC_ALL': 'C.UTF-8',
    'PYTHONWARNINGS': 'ignore',
}
