"""What must hold when everything is quiet. Each function returns what does not, in words."""
from __future__ import annotations

import collections
import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from harness.daemon import INFRA
from harness.karbor import VOLUME, Karbor
from stub.things import Thing

from .world import World

ENDS = {'protect': ('available', 'error'), 'delete': ('deleted', 'error-deleting'),
        'restore': ('success', 'fail'), 'verify': ('success', 'fail')}
LOG_OF = {'verification': 'verify'}


class Inspection:
    """One look at bank, store, API and cloud."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._karbors = {tenant.project_id: Karbor(world.daemon, tenant) for tenant in world.tenants}
        with self._database() as database:
            self.logs = rows(database, 'SELECT * FROM operation_logs ORDER BY created_at')
            self._restores = {row['id']: row for row in rows(database, 'SELECT * FROM restores')}
        self.marked: list[tuple[str, Thing]] = world.cloud.look(world.cloud.storage.marked)
        self._logs_of: dict[str, list[dict[str, Any]]] = collections.defaultdict(list)
        for log in self.logs:
            self._logs_of[log['checkpoint_id']].append(log)

    def findings(self) -> list[str]:
        return [finding for look in (self._ends, self._agreement, self._twins, self._leavings, self._rest)
                for finding in look()]

    @property
    def available(self) -> list[tuple[Karbor, str]]:
        """The checkpoints that say they can be restored."""
        return [(self._karbors[logs[0]['project_id']], checkpoint) for checkpoint, logs in self._logs_of.items()
                if self._status_in_bank(checkpoint) == 'available']

    # Invariants

    def _ends(self) -> Iterator[str]:
        """Every accepted operation ends, and every other one as well."""
        for log in self.logs:
            if not log['ended_at'] or log['status'] not in ENDS[log['operation_type']]:
                yield '%s of checkpoint %s has not ended: %s' % (
                    log['operation_type'], log['checkpoint_id'], log['status'])
            elif log['status'] in ('error', 'fail', 'error-deleting') and not log['error_info']:
                yield 'the %s of checkpoint %s says no reason' % (log['operation_type'], log['checkpoint_id'])
        for accepted in self._world.accepted:
            kind = LOG_OF.get(accepted.kind, accepted.kind)
            found = [log for log in self._logs_of[accepted.checkpoint] if log['operation_type'] == kind]
            if accepted.kind == 'restore':
                found = [log for log in found if log['restore_id'] == accepted.number]
            if not found:
                yield 'a %s of checkpoint %s was accepted after kill %d and is lost' % (
                    kind, accepted.checkpoint, accepted.after_kill)

    def _agreement(self) -> Iterator[str]:
        """The states in bank, store and API agree."""
        for checkpoint, logs in self._logs_of.items():
            changes = [log['status'] for log in logs if log['operation_type'] in ('protect', 'delete')]
            karbor = self._karbors[logs[0]['project_id']]
            shown = karbor.call('GET', '/providers/%s/checkpoints/%s' % (INFRA, checkpoint))
            status = shown.json['checkpoint']['status'] if shown.status == 200 else 'HTTP %d' % shown.status
            if len({changes[-1], self._status_in_bank(checkpoint), status}) != 1:
                yield 'checkpoint %s is %s in the store, %s in the bank, %s in the API' % (
                    checkpoint, changes[-1], self._status_in_bank(checkpoint), status)
        for log in self.logs:
            if log['restore_id'] and log['status'] != self._restores[log['restore_id']]['status']:
                yield 'restore %s is %s, and its log %s' % (
                    log['restore_id'], self._restores[log['restore_id']]['status'], log['status'])

    def _twins(self) -> Iterator[str]:
        """No resource has two backups for one checkpoint."""
        count = collections.Counter((thing.metadata['karbor_checkpoint_id'], thing.metadata['karbor_resource_id'])
                                    for kind, thing in self.marked if kind == 'backup')
        for (checkpoint, resource), number in count.items():
            if number > 1:
                yield 'volume %s has %d backups for checkpoint %s' % (resource, number, checkpoint)

    def _leavings(self) -> Iterator[str]:
        """What is there is named in the bank, is a restored volume, or is named as left."""
        for kind, thing in self.marked:
            checkpoint = thing.metadata['karbor_checkpoint_id']
            resource = thing.metadata['karbor_resource_id']
            # Of an operation that was cancelled not even what was finished is kept.
            if not self._is_cancelled(thing) and (
                    self._kept(checkpoint, resource) == thing.id if kind == 'backup' else self._is_restored(thing)):
                continue
            if not any(thing.id in (log['error_info'] or '') for log in self._logs_of[checkpoint]):
                yield '%s %s (%s) of volume %s is left, of %s' % (
                    kind, thing.id, thing['status'], resource, self._told(thing))
        alive = {thing.id for _, thing in self.marked}
        for checkpoint in self._logs_of:
            for resource, backup in self._kept_of(checkpoint).items():
                if backup not in alive:
                    yield 'the bank names backup %s of volume %s in checkpoint %s (%s), which is gone' % (
                        backup, resource, checkpoint, self._status_in_bank(checkpoint))

    def _rest(self) -> Iterator[str]:
        """Of operations that have ended nothing is kept that is secret or large."""
        with self._database() as database:
            for table in ('sealed_contexts', 'operation_plans', 'steps'):
                count = rows(database, 'SELECT count(*) AS count FROM %s' % table)[0]['count']
                if count:
                    yield '%d rows are left in %s' % (count, table)

    # Looks

    def _told(self, thing: Thing) -> str:
        """The operation that made it."""
        number, checkpoint = (thing.metadata['karbor_%s_id' % what] for what in ('operation', 'checkpoint'))
        log = next((log for log in self.logs if log['id'] == number), None)
        told = '%s %s (%s: %s)' % (log['operation_type'], number, log['status'], log['error_info']) if log else number
        return '%s of checkpoint %s, which is %s' % (told, checkpoint, self._status_in_bank(checkpoint))

    def content(self, checkpoint: str) -> dict[str, str]:
        """What the volumes of a checkpoint had in them, by their ids."""
        volumes = self._world.cloud.storage.volumes
        return {resource: volumes.things[resource].content for resource in self._kept_of(checkpoint)}

    def resources(self, checkpoint: str) -> set[str]:
        graph = json.loads(self._stored(checkpoint, 'index.json')['resource_graph'])
        return {node[1] for node in graph[0].values()}

    def _database(self) -> Any:
        return closing(self._world.store)

    def _stored(self, checkpoint: str, *path: str) -> dict[str, Any]:
        text = self._world.daemon.stored(checkpoint, *path)
        return json.loads(text) if text else {}

    def _status_in_bank(self, checkpoint: str) -> str:
        return self._stored(checkpoint, 'index.json').get('status', 'missing')

    def _kept(self, checkpoint: str, resource: str) -> str | None:
        return self._stored(checkpoint, 'resource-data', resource, 'metadata').get('backup_id')

    def _kept_of(self, checkpoint: str) -> dict[str, str]:
        folder = self._world.daemon.bank / 'karbor' / 'checkpoints' / checkpoint / 'resource-data'
        names = sorted(entry.name for entry in folder.iterdir()) if folder.exists() else []
        return {name: kept for name in names if (kept := self._kept(checkpoint, name))}

    def _is_cancelled(self, thing: Thing) -> bool:
        return any(log['id'] == thing.metadata['karbor_operation_id'] and (log['error_info'] or '').startswith('cancelled')
                   for log in self.logs)

    def _is_restored(self, volume: Thing) -> bool:
        """As a restore says: the volume is what a resource became, whether or not others failed."""
        key = '%s#%s' % (VOLUME, volume.id)
        return any(json.loads(row['resources_status']).get(key) == 'available' for row in self._restores.values())


class closing:
    """A connection that only reads, closed at the end."""

    def __init__(self, path: Any) -> None:
        self._connection = sqlite3.connect('file:%s?mode=ro' % path, uri=True, timeout=10)
        self._connection.row_factory = sqlite3.Row

    def __enter__(self) -> sqlite3.Connection:
        return self._connection

    def __exit__(self, *error: object) -> None:
        self._connection.close()


def rows(database: sqlite3.Connection, query: str) -> list[dict[str, Any]]:
    return [dict(row) for row in database.execute(query)]


def unfinished(world: World) -> list[str]:
    """The operations that have not ended, as the store has them."""
    with closing(world.store) as database:
        return ['%s %s of checkpoint %s (%s)' % (row['kind'], row['id'], row['checkpoint_id'], row['state'])
                for row in rows(database, "SELECT * FROM operations WHERE state <> 'ended'")]
