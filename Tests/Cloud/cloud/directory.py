"""Who and what is in Keystone: roles, projects, users and the catalogue. A new service adds its lines here."""
from . import settings

ROLES = ['service']

PROJECTS = ['service', 'demo', 'alt']

# Beside `admin`, which Keystone's own bootstrap makes. user: [(project, role)…]
USERS = {
    'karbor': [('service', 'admin'), ('service', 'service')],
    'noservice': [('service', 'admin')],        # its token is no service token: the role is missing
    'cinder': [('service', 'admin'), ('service', 'service')],
    'demo': [('demo', 'member')],
    'alt': [('alt', 'member')],
}

# (type, name, URL)
CATALOGUE = [
    ('volumev3', 'cinderv3', settings.url('cinder') + '/v3/$(project_id)s'),
    ('block-storage', 'cinder', settings.url('cinder') + '/v3/$(project_id)s'),
    ('data-protect', 'karbor', settings.KARBOR_URL),
]


def specification():
    return {
        'keystone_url': settings.AUTH_URL, 'region': settings.REGION, 'domain': settings.DOMAIN,
        'password': settings.PASSWORD, 'roles': ROLES, 'projects': PROJECTS, 'users': USERS, 'catalogue': CATALOGUE,
    }
