"""Keystone's tokens: password in, token out; validation with Keystone's rules for expired ones."""
from __future__ import annotations

import json
import random
import time

from .http import Answer, Request

DOMAIN = {'id': 'default', 'name': 'Default'}


class User:

    def __init__(self, number: str, name: str, password: str, project: str, project_name: str, roles: list[str]) -> None:
        self.id, self.name, self.password = number, name, password
        self.project, self.project_name, self.roles = project, project_name, roles


class Grant:
    """What a token stands for."""

    __slots__ = ('user', 'issued', 'expires', 'documents')

    def __init__(self, user: User, life: float) -> None:
        self.user = user
        self.issued = time.time()
        self.expires = self.issued + life
        self.documents: dict[bool, bytes] = {}      # with a catalogue and without one


class Keystone:
    """Its state, and the handler of its requests. Tokens are in memory: nothing else knows them."""

    def __init__(self, life: float = 3600, window: float = 172800) -> None:
        self.life, self.window = life, window
        self.users: dict[str, User] = {}
        self.grants: dict[str, Grant] = {}
        self.catalogue: list[dict[str, str]] = []       # type, name, url with $(project_id)s
        self._random = random.Random(1)

    # What a test does

    def add_user(self, name: str, password: str, project_name: str, roles: list[str]) -> User:
        user = User(self.new_id(), name, password, self.new_id(), project_name, roles)
        self.users[name] = user
        return user

    def issue(self, user: User, life: float | None = None) -> str:
        token = 'gAAAAA' + ''.join(self._random.choices('abcdefghijklmnopqrstuvwxyzABCDEFGH0123456789-_', k=184))
        self.grants[token] = Grant(user, self.life if life is None else life)
        return token

    def new_id(self) -> str:
        return '%032x' % self._random.getrandbits(128)

    # What services ask

    def good(self, token: str) -> Grant | None:
        grant = self.grants.get(token)
        return grant if grant is not None and time.time() < grant.expires else None

    def good_for_service(self, token: str, service_token: str) -> Grant | None:
        """keystonemiddleware's rule: an expired token is good within the window if a good service token comes along."""
        grant = self.grants.get(token)
        if grant is None or time.time() < grant.expires:
            return grant
        service = self.good(service_token)
        if service is None or 'service' not in service.user.roles:
            return None
        return grant if time.time() < grant.expires + self.window else None

    # HTTP

    def handle(self, request: Request) -> Answer:
        if not request.path.endswith('/v3/auth/tokens'):
            return error(404, 'The resource could not be found.')
        if request.method == 'POST':
            return self._authenticate(request)
        if request.method == 'GET':
            return self._validate(request)
        self.grants.pop(request.field(b'x-subject-token'), None)
        return Answer(204)

    def _authenticate(self, request: Request) -> Answer:
        claimed = json.loads(request.body)['auth']['identity'].get('password', {}).get('user', {})
        user = next((user for user in self.users.values()
                     if user.id == claimed.get('id') or user.name == claimed.get('name')), None)
        if user is None or user.password != claimed.get('password'):
            return error(401, 'The request you have made requires authentication.')
        token = self.issue(user)
        return Answer(201, self._document(self.grants[token], True), b'X-Subject-Token: %s\r\n' % token.encode())

    def _validate(self, request: Request) -> Answer:
        asker = self.good(request.field(b'x-auth-token'))
        if asker is None:
            return error(401, 'The request you have made requires authentication.')
        if not {'admin', 'service'} & set(asker.user.roles):
            return error(403, 'You are not authorized to perform the requested action: identity:validate_token.')
        subject = request.field(b'x-subject-token')
        grant = self.grants.get(subject)
        late = time.time() - grant.expires if grant is not None else 0
        if grant is None or late >= (self.window if 'allow_expired=1' in request.query else 0):
            return error(404, 'Could not find token: %s.' % subject)
        return Answer(200, self._document(grant, 'nocatalog' not in request.query))

    def _document(self, grant: Grant, with_catalogue: bool) -> bytes:
        found = grant.documents.get(with_catalogue)
        if found is None:
            found = grant.documents[with_catalogue] = self._rendered(grant, with_catalogue)
        return found

    def _rendered(self, grant: Grant, with_catalogue: bool) -> bytes:
        user = grant.user
        token = {
            'methods': ['password'], 'audit_ids': [self.new_id()[:22]], 'issued_at': stamp(grant.issued),
            'expires_at': stamp(grant.expires),
            'user': {'id': user.id, 'name': user.name, 'domain': DOMAIN, 'password_expires_at': None},
            'project': {'id': user.project, 'name': user.project_name, 'domain': DOMAIN}, 'is_domain': False,
            'roles': [{'id': role + '-id', 'name': role} for role in user.roles]}
        if with_catalogue:
            token['catalog'] = [{
                'id': entry['name'], 'type': entry['type'], 'name': entry['name'], 'endpoints': [
                    {'id': '%s-%s' % (entry['name'], interface), 'interface': interface, 'region': 'RegionOne',
                     'region_id': 'RegionOne', 'url': entry['url'].replace('$(project_id)s', user.project)}
                    for interface in ('public', 'internal', 'admin')]} for entry in self.catalogue]
        return json.dumps({'token': token}).encode()


def stamp(moment: float) -> str:
    whole = int(moment)
    return time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(whole)) + '.%06dZ' % int((moment - whole) * 1e6)


def error(status: int, message: str) -> Answer:
    return Answer(status, json.dumps({'error': {'code': status, 'message': message, 'title': 'Error'}}).encode())
