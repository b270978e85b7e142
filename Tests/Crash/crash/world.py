"""One cloud and one daemon, and what everybody needs to know of the run."""
from __future__ import annotations

import dataclasses
import pathlib
import tempfile
import threading
import time

from harness.daemon import Daemon
from stub.cloud import StubCloud, StubTenant

# So that what is in doubt after a kill is settled soon, and a stalled call ends.
REQUEST_TIMEOUT = 2


@dataclasses.dataclass(frozen=True)
class Accepted:
    """An operation that the API has answered with 200."""

    kind: str
    tenant: StubTenant
    checkpoint: str
    # Of the restore or verification; a protect and a delete have none.
    number: str | None
    after_kill: int
    time: float


class World:

    def __init__(self, tenants: int, request_timeout: float = REQUEST_TIMEOUT, token_cache: int = 300) -> None:
        # Short: the path of the notify socket must fit into 108 bytes.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='karbor-crash-'))
        self.cloud = StubCloud()
        self.cloud.cinder_service.history = []
        self.tenants = [self.cloud.new_tenant('tenant-%d' % number) for number in range(tenants)]
        self.daemon = Daemon(self.cloud, self.folder, poll_interval=0.2, options={
            'protection': {'request_timeout': request_timeout, 'poll_interval': 0.2},
            'keystone_authtoken': {'token_cache_time': token_cache}})
        self.kills = 0
        self._lock = threading.Lock()
        self._accepted: list[Accepted] = []
        self._complaints: list[str] = []
        self._events: list[str] = []

    @property
    def store(self) -> pathlib.Path:
        return self.folder / 'state' / 'karbor-protection.sqlite'

    # Everybody's notes

    def note(self, what: str) -> None:
        with self._lock:
            self._events.append('%.3f kill %d: %s' % (time.time(), self.kills, what))

    def accept(self, kind: str, tenant: StubTenant, checkpoint: str, number: str | None) -> None:
        with self._lock:
            self._accepted.append(Accepted(kind, tenant, checkpoint, number, self.kills, time.time()))

    def complain(self, what: str) -> None:
        """Something is wrong, and the run goes on to its next look."""
        with self._lock:
            self._complaints.append('after kill %d: %s' % (self.kills, what))

    @property
    def accepted(self) -> list[Accepted]:
        with self._lock:
            return list(self._accepted)

    @property
    def complaints(self) -> list[str]:
        with self._lock:
            return list(self._complaints)

    # The end

    def keep(self) -> pathlib.Path:
        """Writes down, beside the daemon's own files, what happened; returns where."""
        (self.folder / 'events').write_text('\n'.join(self._events) + '\n')
        history = self.cloud.look(lambda: list(self.cloud.cinder_service.history or []))
        (self.folder / 'requests').write_text(''.join('%.3f %s %s %s\n' % entry for entry in history))
        story = self.cloud.look(lambda: dict(self.cloud.storage.story))
        (self.folder / 'things').write_text(''.join(
            '%s %s%s %s\n' % (*key, ' (gone)' if gone else '', mark) for key, (mark, gone) in story.items()))
        return self.folder

    def close(self) -> None:
        self.daemon.kill()
        self.cloud.close()
