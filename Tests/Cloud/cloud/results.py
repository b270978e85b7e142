"""What `up` writes for others: cloud.json, and an openrc file for each user that a person may want to be."""
import json

from . import cinder, keystone, mysql, processes, rabbit, settings
from .tools import write


def publish(daemons, seconds):
    ids = keystone.ids()
    write(settings.RESULT, json.dumps({
        'dir': str(settings.DIR),
        'region': settings.REGION,
        'domain_id': settings.DOMAIN,
        'auth_url': settings.AUTH_URL,
        'short_auth_url': settings.SHORT_AUTH_URL,
        'token_ttl': settings.TOKEN_TTL,
        'allow_expired_window': settings.ALLOW_EXPIRED_WINDOW,
        'short_ttl': settings.SHORT_TTL,
        'short_window': settings.SHORT_WINDOW,
        'endpoints': {'keystone': settings.AUTH_URL, 'cinder': settings.url('cinder') + '/v3',
                      'karbor': settings.KARBOR_URL},
        'projects': ids['projects'],
        'roles': ids['roles'],
        'users': {name: {'id': number, 'password': settings.PASSWORD} for name, number in ids['users'].items()},
        'transport_url': rabbit.URL,
        'mysql': {'host': settings.HOST, 'port': settings.PORTS['mysql'], 'user': mysql.USER,
                  'password': settings.PASSWORD, 'socket': str(mysql.SOCKET)},
        'volumes': str(cinder.VOLUMES),
        'backups': str(cinder.BACKUPS),
        'gib_bytes': settings.GIB_BYTES,
        'logs': str(settings.LOG),
        'pids': {name: processes.pid(name) for name in daemons if processes.pid(name)},
        'seconds': round(seconds, 1),
    }, indent=1) + '\n', 0o600)
    for user, project in (('admin', 'admin'), ('demo', 'demo'), ('alt', 'alt')):
        _openrc(user, project)


def _openrc(user, project):
    variables = {
        'AUTH_URL': settings.AUTH_URL, 'IDENTITY_API_VERSION': '3', 'USERNAME': user, 'PASSWORD': settings.PASSWORD,
        'PROJECT_NAME': project, 'USER_DOMAIN_ID': settings.DOMAIN, 'PROJECT_DOMAIN_ID': settings.DOMAIN,
        'REGION_NAME': settings.REGION, 'INTERFACE': 'public', 'VOLUME_API_VERSION': '3',
    }
    write(settings.DIR / ('openrc-%s.sh' % user),
          ''.join("export OS_%s='%s'\n" % pair for pair in variables.items()), 0o600)
