"""RabbitMQ. Every start begins with an empty broker: its queues are made by the services when they connect."""
import shutil
import socket

from . import processes, settings
from .tools import listens, wait_until, write

NEEDS = ()
PACKAGES = ('rabbitmq-server',)
DAEMONS = {'rabbit': 15.0, 'epmd': 0.0}

HOME = settings.DIR / 'rabbit'
USER = 'openstack'
URL = 'rabbit://%s:%s@%s:%d/%s' % (USER, settings.PASSWORD, settings.HOST, settings.PORTS['rabbit'], USER)

_CONF = """listeners.tcp.1 = {host}:{port}
default_user = {user}
default_pass = {password}
default_vhost = {user}
default_permissions.configure = .*
default_permissions.read = .*
default_permissions.write = .*
loopback_users = none
log.file = false
log.console = true
log.console.level = warning
disk_free_limit.absolute = 50MB
"""


def start(wanted):
    ports = settings.PORTS
    conf = write(settings.ETC / 'rabbitmq' / 'rabbitmq.conf', _CONF.format(
        host=settings.HOST, port=ports['rabbit'], user=USER, password=settings.PASSWORD), 0o644)
    plugins = write(settings.ETC / 'rabbitmq' / 'enabled_plugins', '[].\n', 0o644)
    environment = {
        'HOME': str(HOME), 'RABBITMQ_HOME': '/usr/lib/rabbitmq', 'RABBITMQ_CONF_ENV_FILE': '/dev/null',
        # The name must resolve, and must not be that of another broker on this machine.
        'RABBITMQ_NODENAME': 'karbor-protection-cloud@localhost',
        'RABBITMQ_CONFIG_FILE': str(conf), 'RABBITMQ_ENABLED_PLUGINS_FILE': str(plugins),
        'RABBITMQ_MNESIA_BASE': str(HOME / 'mnesia'), 'RABBITMQ_LOG_BASE': str(settings.LOG), 'RABBITMQ_LOGS': '-',
        'RABBITMQ_PID_FILE': str(settings.RUN / 'beam.pid'), 'RABBITMQ_NODE_IP_ADDRESS': settings.HOST,
        'RABBITMQ_NODE_PORT': str(ports['rabbit']), 'RABBITMQ_DIST_PORT': str(ports['rabbit_distribution']),
        'ERL_EPMD_ADDRESS': settings.HOST, 'ERL_EPMD_PORT': str(ports['epmd']), 'RABBITMQ_ALLOW_INPUT': '1',
        # -noinput: standard input is /dev/null. +sbwt none: idle schedulers must not spin on a small machine.
        'RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS': '-noinput -kernel inet_dist_use_interface {127,0,0,1} '
                                               '+sbwt none +sbwtdcpu none +sbwtdio none +S 2:2',
    }
    if processes.start('epmd', ['epmd', '-address', settings.HOST, '-port', ports['epmd']], port=ports['epmd'],
                       environment={'HOME': str(settings.DIR)}):
        wait_until('epmd', lambda: listens(ports['epmd']), lambda: processes.must_run('epmd'))
    if processes.pid('rabbit') is None:
        shutil.rmtree(HOME / 'mnesia', ignore_errors=True)
    if not (HOME / '.erlang.cookie').exists():
        write(HOME / '.erlang.cookie', 'KARBORPROTECTIONCLOUD', 0o400)
    processes.start('rabbit', ['/bin/sh', '/usr/lib/rabbitmq/bin/rabbitmq-server'], inputs=[conf],
                    environment=environment, port=ports['rabbit'], grace=DAEMONS['rabbit'])
    wait_until('rabbit', _answers, lambda: processes.must_run('rabbit'))


def _answers():
    """The broker answers the protocol header with a method frame (type 1)."""
    with socket.create_connection((settings.HOST, settings.PORTS['rabbit']), 2) as connection:
        connection.settimeout(3)
        connection.sendall(b'AMQP\x00\x00\x09\x01')
        return connection.recv(1) == b'\x01'
