"""The cloud that Tests/Cloud/up has started: tokens, and projects of a test's own."""
import contextlib
import json
import os
import pathlib
import subprocess
import uuid

from .http import seconds_of, send
from .tenant import Tenant

DOMAIN = {'id': 'default'}
COMMANDS = pathlib.Path(__file__).resolve().parents[2] / 'Cloud'


class Token:
    """A token and the moments (of time.time()) that matter."""

    def __init__(self, value, issued, life, window):
        self.value = value
        self.issued = issued
        self.expires = issued + life
        self.acceptable_until = self.expires + window

    def __str__(self):
        return self.value


class Cloud:

    def __init__(self):
        folder = os.environ.get('CLOUD_DIR') or '/var/tmp/karbor-protection-cloud'
        path = pathlib.Path(folder) / 'cloud.json'
        if not path.exists():
            raise RuntimeError('%s does not exist: start the cloud with Tests/Cloud/up' % path)
        self.facts = json.loads(path.read_text())
        self.folder = pathlib.Path(self.facts['dir'])
        self.auth_url = self.facts['auth_url']
        self.cinder_url = self.facts['endpoints']['cinder']
        self._admin = None

    def token(self, user, password, project_id, ttl=None, window=None, auth_url=None):
        """`ttl` and `window` are Keystone's life and allow_expired_window for this one token."""
        headers = {'X-Cloud-Token-TTL': ttl and str(ttl), 'X-Cloud-Token-Window': window and str(window)}
        answer = send('POST', (auth_url or self.auth_url) + '/auth/tokens', {'auth': {
            'identity': {'methods': ['password'], 'password': {'user': {
                'name': user, 'domain': DOMAIN, 'password': password}}},
            'scope': {'project': {'id': project_id}}}}, headers)
        body = answer.expect(201)['token']
        return Token(answer.headers['X-Subject-Token'], seconds_of(body['issued_at']),
                     seconds_of(body['expires_at']) - seconds_of(body['issued_at']),
                     window or self.facts['allow_expired_window'])

    def token_of(self, user, project, **times):
        """Of one of the users that are always there."""
        return self.token(user, self.facts['users'][user]['password'], self.facts['projects'][project], **times)

    @property
    def admin_token(self):
        if self._admin is None:
            self._admin = self.token_of('admin', 'admin')
        return str(self._admin)

    def service_token(self):
        return str(self.token_of('karbor', 'service'))

    def keystone(self, method, path, body=None):
        return send(method, self.auth_url + path, body, {'X-Auth-Token': self.admin_token})

    def cinder(self, method, path, body=None):
        """As admin, in admin's project."""
        return send(method, '%s/%s%s' % (self.cinder_url, self.facts['projects']['admin'], path), body,
                    {'X-Auth-Token': self.admin_token})

    def new_tenant(self, name='tenant'):
        """A project with one member, so that quotas and leavings are those of one test."""
        name = '%s-%s' % (name, uuid.uuid4().hex[:8])
        project = self.keystone('POST', '/projects', {'project': {'name': name, 'domain_id': 'default'}})
        project = project.expect(201)['project']['id']
        user = self._new_user(name, 'secret', project, ['member'])
        return Tenant(self, name, 'secret', user, project)

    def new_service_user(self, password, roles=('admin', 'service')):
        """A user like `karbor`, for tests that change its password or its roles; returns (name, id)."""
        name = 'karbor-%s' % uuid.uuid4().hex[:8]
        return name, self._new_user(name, password, self.facts['projects']['service'], roles)

    def set_password(self, user_id, password):
        self.keystone('PATCH', '/users/' + user_id, {'user': {'password': password}}).expect(200)

    def delete_user(self, user_id):
        self.keystone('DELETE', '/users/' + user_id)

    def revoke(self, token, by=None):
        """Ends a token before its time, as its user does who logs out; otherwise as admin."""
        send('DELETE', self.auth_url + '/auth/tokens', None, {
            'X-Auth-Token': str(by or self.admin_token), 'X-Subject-Token': str(token)}).expect(204)

    @contextlib.contextmanager
    def without(self, service):
        """The service is stopped for everybody, and runs again afterwards, whatever happens: for tests marked `alone`."""
        try:
            self._command('down', service)
            yield
        finally:
            self._command('up', service)

    def _command(self, name, service):
        done = subprocess.run([COMMANDS / name, service], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        assert done.returncode == 0, done.stdout

    def _new_user(self, name, password, project, roles):
        user = self.keystone('POST', '/users', {'user': {
            'name': name, 'password': password, 'domain_id': 'default'}}).expect(201)['user']['id']
        for role in roles:
            self.keystone('PUT', '/projects/%s/users/%s/roles/%s' % (
                project, user, self.facts['roles'][role])).expect(204)
        return user
