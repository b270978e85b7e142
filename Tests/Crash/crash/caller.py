"""One tenant who submits all kinds of operations, whatever becomes of the daemon meanwhile."""
from __future__ import annotations

import random
import threading
from typing import Any

from harness.daemon import INFRA
from harness.http import Answer
from harness.karbor import Karbor
from stub.cloud import StubTenant

from .world import World

# A refusal is an answer, too: another operation is in the way, or a service is.
FINE = (200, 409, 503)


class Caller:
    """Its thoughts are those of a seed; what comes of them is not, since the daemon's pace is its own."""

    # Checkpoints that are neither deleted nor about to be.
    MOST = 5

    def __init__(self, world: World, tenant: StubTenant, seed: int) -> None:
        self.tenant = tenant
        self.karbor = Karbor(world.daemon, tenant)
        self._world = world
        self._random = random.Random(seed)
        self._plans: list[str] = []
        self._checkpoints: list[str] = []
        self._restores: list[str] = []
        self._works = threading.Event()
        self._ended = threading.Event()
        self._is_idle = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def prepare(self) -> None:
        """Volumes and plans; the daemon must run. Some volumes are of the kind that gives trouble."""
        for words in ([''], ['', ''], ['', '', 'fault:backup'], ['', '', '', '', 'fault:restore'],
                      ['', 'fault:backup-delete']):
            volumes = [self.tenant.new_volume('data ' + word) for word in words]
            self._plans.append(self.karbor.new_plan(*volumes, parameters={
                'OS::Cinder::Volume': {'force': True, 'backup_mode': 'full'}}))
        self._thread.start()

    def work(self) -> None:
        self._is_idle.clear()
        self._works.set()

    def pause(self) -> None:
        """Returns when nothing more is under way from here."""
        self._works.clear()
        self._is_idle.wait(60)

    def close(self) -> None:
        self._ended.set()
        self._works.set()
        self._thread.join(60)

    # Private

    def _run(self) -> None:
        while not self._ended.is_set():
            if not self._works.is_set():
                self._is_idle.set()
                self._works.wait()
                continue
            try:
                self._act()
            except OSError:
                pass        # it is dead just now
            self._ended.wait(self._random.uniform(0.02, 0.4))

    def _act(self) -> None:
        luck = self._random.random()
        if len(self._checkpoints) < 2 or (luck < 0.25 and len(self._checkpoints) < self.MOST):
            return self._protect()
        checkpoint = self._random.choice(self._checkpoints)
        if luck < 0.5:
            self._start('restore', checkpoint)
        elif luck < 0.65:
            self._start('verification', checkpoint)
        elif luck < 0.82:
            self._delete(checkpoint)
        elif luck < 0.92:
            self._cancel(checkpoint)
        else:
            self._call('GET', '/providers/%s/checkpoints/%s' % (INFRA, checkpoint))

    def _protect(self) -> None:
        answer = self._call('POST', '/providers/%s/checkpoints' % INFRA, {
            'checkpoint': {'plan_id': self._random.choice(self._plans)}})
        if answer.status == 200:
            checkpoint = answer.expect(200)['checkpoint']['id']
            self._checkpoints.append(checkpoint)
            self._world.accept('protect', self.tenant, checkpoint, None)

    def _start(self, kind: str, checkpoint: str) -> None:
        answer = self._call('POST', '/%ss' % kind, {
            kind: {'provider_id': INFRA, 'checkpoint_id': checkpoint, 'parameters': {}}})
        if answer.status == 200:
            number = answer.expect(200)[kind]['id']
            self._world.accept(kind, self.tenant, checkpoint, number)
            if kind == 'restore':
                self._restores.append(number)

    def _delete(self, checkpoint: str) -> None:
        answer = self._call('DELETE', '/providers/%s/checkpoints/%s' % (INFRA, checkpoint))
        if answer.status == 200:
            self._checkpoints.remove(checkpoint)
            self._world.accept('delete', self.tenant, checkpoint, None)

    def _cancel(self, checkpoint: str) -> None:
        """What is done with a checkpoint, or one of the last restores."""
        path = '/providers/%s/checkpoints/%s' % (INFRA, checkpoint)
        if self._restores and self._random.random() < 0.5:
            path = '/restores/%s' % self._random.choice(self._restores[-3:])
        self._call('POST', path + '/action', {'os-cancel': {}})

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None,
              fine: tuple[int, ...] = FINE) -> Answer:
        answer = self.karbor.call(method, path, body, timeout=15)
        self._world.note('%s %s %s: %s' % (method, path, body, answer))
        if answer.status not in fine:
            self._world.complain('%s %s was answered %s' % (method, path, answer))
        return answer
