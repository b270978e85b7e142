"""A project with one user, and what a test does as this user in Cinder."""
import hashlib
import os
import pathlib

from .http import eventually, send

SETTLED = ('available', 'error', 'error_deleting', 'error_restoring', 'in-use')


class Tenant:

    def __init__(self, cloud, user, password, user_id, project_id):
        self.cloud = cloud
        self.user = user
        self.password = password
        self.user_id = user_id
        self.project_id = project_id
        self._token = None

    def token(self, ttl=None, window=None):
        return self.cloud.token(self.user, self.password, self.project_id, ttl, window)

    @property
    def long_token(self):
        """One with the usual life, for what is not the point of the test."""
        if self._token is None:
            self._token = self.token()
        return str(self._token)

    def cinder(self, method, path, body=None):
        return send(method, '%s/%s%s' % (self.cloud.cinder_url, self.project_id, path), body,
                    {'X-Auth-Token': self.long_token, 'OpenStack-API-Version': 'volume 3.43'})

    def application_credential_token(self):
        """One of an application credential of the user's: it can make no trust."""
        made = send('POST', '%s/users/%s/application_credentials' % (self.cloud.auth_url, self.user_id),
                    {'application_credential': {'name': 'of-a-test'}}, {'X-Auth-Token': self.long_token})
        credential = made.expect(201)['application_credential']
        answer = send('POST', self.cloud.auth_url + '/auth/tokens', {'auth': {'identity': {
            'methods': ['application_credential'],
            'application_credential': {'id': credential['id'], 'secret': credential['secret']}}}})
        answer.expect(201)
        return answer.headers['X-Subject-Token']

    def trusts(self):
        """Those that the user has given."""
        return send('GET', '%s/OS-TRUST/trusts?trustor_user_id=%s' % (self.cloud.auth_url, self.user_id), None,
                    {'X-Auth-Token': self.long_token}).expect(200)['trusts']

    # What a test makes

    def new_volume(self, name='data', gib=1):
        """A volume half full of random bytes. Words in the name make faults and delays (Tests/Cloud/README.md)."""
        volume = self.cinder('POST', '/volumes', {'volume': {'size': gib, 'name': name}}).expect(202)['volume']['id']
        self.settled('volume', volume)
        with open(self._file(volume), 'r+b') as file:
            file.write(os.urandom(gib * self.cloud.facts['gib_bytes'] // 2))
        return volume

    def delete_volume(self, volume):
        self.cinder('DELETE', '/volumes/' + volume).expect(202)
        eventually(lambda: self.cinder('GET', '/volumes/' + volume).status == 404, 'volume deleted')

    def set_quota(self, **limits):
        """Of Cinder: volumes, snapshots, backups…"""
        self.cloud.cinder('PUT', '/os-quota-sets/' + self.project_id, {'quota_set': limits}).expect(200)

    # What a test looks at

    def show(self, kind, thing):
        answer = self.cinder('GET', '/%ss/%s' % (kind, thing))
        return None if answer.status == 404 else answer.expect(200)[kind]

    def settled(self, kind, thing, seconds=60):
        return eventually(lambda: (found := self.show(kind, thing)) is None or (found['status'] in SETTLED and found),
                          '%s %s settled' % (kind, thing), seconds)

    def all(self, kind):
        """Without the temporary volumes from which Cinder itself makes the backup of a snapshot."""
        found = self.cinder('GET', '/%ss/detail' % kind).expect(200)[kind + 's']
        return [thing for thing in found if not (thing['name'] or '').startswith('backup-vol-')]

    def ids(self, kind):
        return {thing['id'] for thing in self.all(kind)}

    def checksum(self, volume):
        digest = hashlib.sha256()
        with open(self._file(volume), 'rb') as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        return digest.hexdigest()

    def things(self):
        """Everything in the project, as {(kind, id)}."""
        return {(kind, thing) for kind in ('backup', 'snapshot', 'volume') for thing in self.ids(kind)}

    def _file(self, volume):
        return pathlib.Path(self.cloud.facts['volumes']) / ('volume-' + volume)

    # The end

    def remove(self):
        """As far as it goes: what is stuck stays in the test cloud, and is nobody's business any more."""
        try:
            for kind in ('backup', 'snapshot', 'volume'):
                for thing in self.ids(kind):
                    self.cloud.cinder('POST', '/%ss/%s/action' % (kind, thing), {'os-force_delete': {}})
                eventually(lambda: not self.ids(kind), '%ss deleted' % kind, 10)
        except (OSError, AssertionError):
            pass
        finally:
            self.cloud.keystone('DELETE', '/users/' + self.user_id)
            self.cloud.keystone('DELETE', '/projects/' + self.project_id)
