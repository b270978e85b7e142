"""Cinder's API, version 3, as far as backups go: who may, what is asked, how it is answered."""
from __future__ import annotations

import ast
import asyncio
import json
import time
import urllib.parse
from collections.abc import Callable
from typing import Any

from .http import Answer, Request
from .keystone import Keystone
from .things import PAGE, Collection, Thing
from .volumes import Refusal, Storage

TITLES = {400: 'badRequest', 401: 'unauthorized', 403: 'forbidden', 404: 'itemNotFound', 405: 'badMethod'}
NAMES = {'volumes': 'volume', 'snapshots': 'snapshot', 'backups': 'backup'}


class Cinder:
    """The handler of its requests: `/v3/PROJECT/COLLECTION[/ID[/restore]]`."""

    def __init__(self, keystone: Keystone, loop: asyncio.AbstractEventLoop) -> None:
        self.keystone = keystone
        self.storage = Storage(loop)

    def handle(self, request: Request) -> Answer:
        try:
            return self._answer(request)
        except Refusal as refusal:
            return error(refusal.status, str(refusal))

    def _answer(self, request: Request) -> Answer:
        grant = self.keystone.good_for_service(request.field(b'x-auth-token'), request.field(b'x-service-token'))
        if grant is None:
            return Answer(401, b'{"error": {"code": 401, "title": "Unauthorized", "message": "The request you have made '
                               b'requires authentication."}}', b"WWW-Authenticate: Keystone uri='stub'\r\n")
        parts = request.path.split('/')[2:]
        if len(parts) < 2 or parts[1] not in NAMES:
            raise Refusal(404, 'The resource could not be found.')
        is_admin = 'admin' in grant.user.roles
        if parts[0] != grant.user.project and not is_admin:
            raise Refusal(400, 'Malformed request url')
        kind = NAMES[parts[1]]
        what = '%s %d' % (request.method, len(parts))
        if what == 'GET 3' and parts[2] == 'detail':
            everybody = is_admin and request.items().get('all_tenants') in ('1', 'true', 'True')
            return self._list(request, self._collection(kind), None if everybody else parts[0])
        # An administrator sees what belongs to anybody.
        project = None if is_admin else parts[0]
        if what == 'GET 3':
            thing = self._found(kind, parts[2], project)
            thing.seen = time.monotonic()
            return self._shown(200, kind, thing)
        if what == 'DELETE 3':
            self.storage.delete(kind, parts[2], project)
            return Answer(202)
        body = json.loads(request.body or b'{}')
        if what == 'POST 2':
            return self._create(kind, parts[0], body.get(kind) or {})
        if what == 'PUT 3':
            thing = self._found(kind, parts[2], project)
            thing.set(**{name: body[kind][name] for name in ('name', 'description') if name in body.get(kind, {})})
            return self._shown(200, kind, thing)
        if what == 'POST 4' and kind == 'backup' and parts[3] == 'restore':
            volume = self.storage.restore(parts[0], parts[2], body['restore'])
            return Answer(202, json.dumps({'restore': {
                'backup_id': parts[2], 'volume_id': volume.id, 'volume_name': volume['name']}}).encode())
        raise Refusal(405, 'The method specified is not allowed for this resource.')

    def _create(self, kind: str, project: str, new: dict[str, Any]) -> Answer:
        if kind == 'volume':
            return self._shown(202, kind, self.storage.new_volume(
                project, new['size'], new.get('name'), new.get('description'), new.get('metadata') or {}))
        if kind == 'snapshot':
            return self._shown(202, kind, self.storage.new_snapshot(project, new))
        backup = self.storage.new_backup(project, new)
        # Cinder says no more than this of a new one.
        return Answer(202, json.dumps({'backup': {'id': backup.id, 'name': backup['name'], 'links': []}}).encode())

    def _list(self, request: Request, collection: Collection, project: str | None) -> Answer:
        items = request.items()
        limit = min(int(items.get('limit') or PAGE), PAGE)
        ascending = items.get('sort', 'created_at:desc').partition(',')[0].endswith(':asc')
        page = collection.page(project, items.get('volume_id'), ascending, items.get('marker'), limit, wanted(items))
        if page is None:
            raise Refusal(404, 'Marker %s could not be found.' % items.get('marker'))
        things, is_full = page
        now = time.monotonic()
        for thing in things:
            thing.seen = now
        links = b''
        if is_full:
            items['marker'] = things[-1].id
            href = 'http://stub%s?%s' % (request.path, urllib.parse.urlencode(items))
            links = b', "%s_links": %s' % (
                collection.name.encode(), json.dumps([{'rel': 'next', 'href': href}]).encode())
        return Answer(200, b'{"%s": [%s]%s}' % (
            collection.name.encode(), b', '.join([thing.rendered for thing in things]), links))

    def _collection(self, kind: str) -> Collection:
        return getattr(self.storage, kind + 's')

    def _found(self, kind: str, number: str, project: str | None) -> Thing:
        thing = self._collection(kind).get(number, project)
        if thing is None:
            raise Refusal(404, '%s %s could not be found.' % (kind.capitalize(), number))
        return thing

    @staticmethod
    def _shown(status: int, kind: str, thing: Thing) -> Answer:
        return Answer(status, b'{"%s": %s}' % (kind.encode(), thing.rendered))


def wanted(items: dict[str, str]) -> Callable[[Thing], bool] | None:
    """The filter of a list, beside the volume; None where there is none. Backups are not searched by their metadata."""
    fields = {name: items[name] for name in ('status', 'name') if name in items}
    metadata = ast.literal_eval(items['metadata']) if 'metadata' in items else {}
    if not fields and not metadata:
        return None

    def is_wanted(thing: Thing) -> bool:
        return (all(thing.fields.get(name) == value for name, value in fields.items())
                and ('snapshot_id' in thing.fields and 'is_incremental' in thing.fields
                     or metadata.items() <= thing.metadata.items()))

    return is_wanted


def error(status: int, message: str) -> Answer:
    return Answer(status, json.dumps({TITLES[status]: {'code': status, 'message': message}}).encode())
