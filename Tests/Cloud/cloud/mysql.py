"""MariaDB: one server for all services. Nothing is synced to disk, since a test cloud does not outlive a reboot."""
import shutil
import socket

from . import processes, settings
from .tools import run, wait_until, write

NEEDS = ()
PACKAGES = ('mariadb-server',)
DAEMONS = {'mysql': 20.0}       # name: seconds that it gets to end by itself

DATA = settings.DIR / 'mysql'
SOCKET = settings.RUN / 'mysql.sock'
USER = 'openstack'


def url(database):
    return 'mysql+pymysql://%s:%s@%s:%d/%s?charset=utf8' % (
        USER, settings.PASSWORD, settings.HOST, settings.PORTS['mysql'], database)


def start(wanted):
    if not DATA.exists():
        _install()
    processes.start('mysql', [
        'mariadbd', '--no-defaults', '--user=root', '--datadir=%s' % DATA, '--socket=%s' % SOCKET,
        '--pid-file=%s' % (settings.RUN / 'mariadbd.pid'), '--bind-address=%s' % settings.HOST,
        '--port=%d' % settings.PORTS['mysql'], '--skip-name-resolve', '--innodb-flush-log-at-trx-commit=0',
        '--innodb-doublewrite=0', '--innodb-flush-method=nosync', '--innodb-buffer-pool-size=64M',
        '--innodb-log-file-size=16M', '--performance-schema=OFF', '--skip-log-bin', '--max-connections=300',
        '--character-set-server=utf8mb3', '--collation-server=utf8mb3_general_ci', '--tmpdir=/tmp',
    ], port=settings.PORTS['mysql'], grace=DAEMONS['mysql'])
    wait_until('mysql', _answers, lambda: processes.must_run('mysql'))


def _install():
    new = DATA.with_name('mysql.new')       # what a killed run left half done never gets the real name
    shutil.rmtree(new, ignore_errors=True)
    run(['mariadb-install-db', '--no-defaults', '--datadir=%s' % new, '--user=root', '--skip-test-db',
         '--auth-root-authentication-method=normal', '--skip-name-resolve', '--innodb-flush-log-at-trx-commit=0',
         '--innodb-log-file-size=16M'], processes.log('mysql-install'))
    new.rename(DATA)


def _client(sql):
    run(['mariadb', '--no-defaults', '--socket=%s' % SOCKET, '--user=root'], processes.log('mysql-client'), inputs=sql)


def _answers():
    """Listening is not enough: the first statement also makes the services' user."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.connect(str(SOCKET))      # what a killed server left is there, too, and refuses
    _client("CREATE USER IF NOT EXISTS %s@'%%' IDENTIFIED BY '%s'; GRANT ALL ON *.* TO %s@'%%';"
            % (USER, settings.PASSWORD, USER))
    return True


def begin_database(name, users):
    """Whether the database is to be filled: then it is a new, empty one, and the daemons that had it open are ended.

    Half a migration cannot be gone on with, so what an earlier run did not fill to its end is thrown away.
    """
    if _filled(name).exists():
        return False
    for daemon in users:
        processes.stop(daemon, grace=0)
    _client('DROP DATABASE IF EXISTS %s; CREATE DATABASE %s;' % (name, name))
    return True


def database_is_filled(name):
    write(_filled(name), '')


def _filled(name):
    return settings.STATE / ('database-' + name)
