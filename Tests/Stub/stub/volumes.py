"""What may be done with volumes, snapshots and backups, and what becomes of them: the rules of Cinder 21 (Zed)."""
from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

from .things import Collection, Thing

# When something may be deleted.
DELETABLE = {
    'volume': ('available', 'error', 'error_restoring', 'error_extending', 'error_managing'),
    'snapshot': ('available', 'error', 'error_deleting'),
    'backup': ('available', 'error'),
}


class Refusal(Exception):
    """A status and what Cinder says with it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Storage:
    """Volumes, snapshots and backups. Everything here happens on the loop.

    Words in the name of a volume make faults, as those of Tests/Cloud do: `fault:snapshot`, `fault:backup`,
    `fault:restore`, `fault:backup-delete`.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._random = random.Random(2)
        self.volumes, self.snapshots, self.backups = (
            Collection(name) for name in ('volumes', 'snapshots', 'backups'))
        # How long a step takes: snapshot, backup, restore, volume, delete.
        self.seconds: Callable[[str], float] = lambda step: 0.02
        # Everything marked that ever was, by (kind, id): its mark, and whether it is gone.
        self.story: dict[tuple[str, str], tuple[dict[str, str], bool]] = {}

    def new_id(self) -> str:
        text = '%032x' % self._random.getrandbits(128)
        return '-'.join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))

    # What users ask for

    def new_volume(self, project: str, size: int, name: str | None, description: str | None,
                   metadata: dict[str, str], content: str = '') -> Thing:
        volume = Thing(self.new_id(), project, content, {
            'status': 'creating', 'size': size, 'name': name, 'description': description,
            'availability_zone': 'nova', 'volume_type': '__DEFAULT__', 'snapshot_id': None, 'source_volid': None,
            'metadata': metadata, 'attachments': [], 'bootable': 'false', 'encrypted': False, 'multiattach': False,
            'os-vol-tenant-attr:tenant_id': project})
        self._add(self.volumes, 'volume', volume)
        self._later('volume', lambda: volume.set(status='available'))
        return volume

    def new_snapshot(self, project: str, new: dict[str, Any]) -> Thing:
        volume = self._find(self.volumes, 'Volume', new.get('volume_id', ''), project)
        allowed = ('available', 'in-use') if new.get('force') else ('available',)
        if volume['status'] not in allowed:
            raise Refusal(400, 'Invalid volume: Volume %s status must be %s, but current status is: %s.' % (
                volume.id, ' or '.join(allowed), volume['status']))
        snapshot = Thing(self.new_id(), project, volume.content, {
            'status': 'creating', 'volume_id': volume.id, 'name': new.get('name'), 'size': volume['size'],
            'description': new.get('description'), 'metadata': new.get('metadata') or {}})
        self._add(self.snapshots, 'snapshot', snapshot)
        end = 'error' if 'fault:snapshot' in words(volume) else 'available'
        self._later('snapshot', lambda: snapshot.set(status=end))
        return snapshot

    def new_backup(self, project: str, new: dict[str, Any]) -> Thing:
        volume = self._find(self.volumes, 'Volume', new.get('volume_id', ''), project)
        source = volume
        if new.get('snapshot_id'):
            source = self._find(self.snapshots, 'Snapshot', new['snapshot_id'], project)
            if source['status'] != 'available':
                raise Refusal(400, 'Invalid snapshot: Snapshot to be backed up must be available, but the current '
                                   'status is "%s".' % source['status'])
        elif volume['status'] not in (('available', 'in-use') if new.get('force') else ('available',)):
            raise Refusal(400, 'Invalid volume: Volume to be backed up must be available or in-use, but the current '
                               'status is "%s".' % volume['status'])
        before = source['status']
        source.set(status='backing-up')
        backup = Thing(self.new_id(), project, source.content, {
            'status': 'creating', 'volume_id': volume.id, 'snapshot_id': new.get('snapshot_id'), 'size': volume['size'],
            'name': new.get('name'), 'description': new.get('description'), 'container': new.get('container'),
            'is_incremental': bool(new.get('incremental')), 'fail_reason': None, 'object_count': 0,
            'has_dependent_backups': False, 'metadata': new.get('metadata') or {},
            'os-backup-project-attr:project_id': project})
        self._add(self.backups, 'backup', backup)

        def end() -> None:
            source.set(status=before)
            if 'fault:backup' in words(volume):
                backup.set(status='error', fail_reason='injected: the backup fails')
            else:
                backup.set(status='available', object_count=1)

        self._later('backup', end)
        return backup

    def restore(self, project: str, number: str, wanted: dict[str, Any]) -> Thing:
        backup = self._find(self.backups, 'Backup', number, project)
        if backup['status'] != 'available':
            raise Refusal(400, 'Invalid backup: Backup status must be available')
        if wanted.get('volume_id'):
            volume = self._find(self.volumes, 'Volume', wanted['volume_id'], project)
        else:
            volume = self.new_volume(project, backup['size'], wanted.get('name'), None, {})
            volume.set(status='available')
        if volume['status'] != 'available':
            raise Refusal(400, 'Invalid volume: Volume to be restored to must be available')
        if volume['size'] < backup['size']:
            raise Refusal(400, 'Invalid volume: volume size %d is too small to restore backup of size %d.' % (
                volume['size'], backup['size']))
        volume.set(status='restoring-backup', name=backup['name'] or volume['name'])
        backup.set(status='restoring')
        origin = self.volumes.get(backup['volume_id'], None)
        fails = origin is not None and 'fault:restore' in words(origin)

        def end() -> None:
            backup.set(status='available')
            if fails:
                volume.set(status='error_restoring')
            else:
                volume.content = backup.content
                volume.set(status='available')

        self._later('restore', end)
        return volume

    def delete(self, kind: str, number: str, project: str | None) -> None:
        collection = getattr(self, kind + 's')
        thing = self._find(collection, kind.capitalize(), number, project)
        if thing['status'] not in DELETABLE[kind]:
            raise Refusal(400, 'Invalid %s: %s status must be %s, but current status is: %s.' % (
                kind, kind.capitalize(), ' or '.join(DELETABLE[kind]), thing['status']))
        if kind == 'volume' and self.snapshots.of_volume(number):
            raise Refusal(400, 'Invalid volume: Volume still has %d dependent snapshots.' % len(
                self.snapshots.of_volume(number)))
        origin = self.volumes.get(thing.fields.get('volume_id', ''), None)
        fails = origin is not None and 'fault:%s-delete' % kind in words(origin)
        thing.set(status='deleting')

        def end() -> None:
            if fails:
                thing.set(status='error' if kind == 'backup' else 'error_deleting')
            else:
                if (kind, thing.id) in self.story:
                    self.story[kind, thing.id] = (thing.metadata, True)
                collection.remove(thing)

        self._later('delete', end)

    # Looks

    def marked(self) -> list[tuple[str, Thing]]:
        """All that carries the daemon's mark."""
        return [(collection.name[:-1], thing) for collection in (self.volumes, self.snapshots, self.backups)
                for thing in collection if 'karbor_operation_id' in thing.metadata]

    def ever_marked(self) -> list[tuple[str, dict[str, str]]]:
        """Kind and mark of all that ever was."""
        return [(kind, mark) for (kind, _), (mark, _) in self.story.items()]

    # Private

    def _find(self, collection: Collection, kind: str, number: str, project: str | None) -> Thing:
        thing = collection.get(number, project)
        if thing is None:
            raise Refusal(404, '%s %s could not be found.' % (kind, number))
        return thing

    def _add(self, collection: Collection, kind: str, thing: Thing) -> None:
        collection.add(thing)
        if 'karbor_operation_id' in thing.metadata:
            self.story[kind, thing.id] = (thing.metadata, False)

    def _later(self, step: str, change: Callable[[], None]) -> None:
        """Once enough time has passed. A step of 0 s is over before its request is answered."""
        seconds = self.seconds(step)
        if seconds <= 0:
            change()
        elif seconds != float('inf'):
            self._loop.call_later(seconds, change)


def words(volume: Thing) -> list[str]:
    return (volume['name'] or '').split()
