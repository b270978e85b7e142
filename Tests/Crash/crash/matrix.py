"""Every fault at every call of a protect, a restore and a delete: each cell is an operation in a project of its own."""
from __future__ import annotations

import collections
import concurrent.futures
import dataclasses
import threading
from collections.abc import Callable, Iterable

from harness.daemon import INFRA
from harness.http import eventually
from harness.karbor import Karbor
from stub.cloud import StubTenant
from stub.faults import Drip, Fault, Garbled, Reset, Stall, Status, Truncated
from stub.http import Request, Service

from .world import World

# What is stalled is so for longer than a request may take; what happens after all does so in that time, or soon after.
FAULTS: tuple[Callable[[float], Fault], ...] = (
    lambda limit: Reset(after=False), lambda limit: Reset(after=True),
    lambda limit: Stall(), lambda limit: Stall(limit * 0.9), lambda limit: Stall(limit + 2),
    lambda limit: Truncated(), lambda limit: Garbled(), lambda limit: Drip(limit * 0.4),
    lambda limit: Status(500), lambda limit: Status(502, after=True), lambda limit: Status(503),
    lambda limit: Status(503, own=True, retry_after=1), lambda limit: Status(429, own=True, retry_after=1))
GOOD = {'protect': 'available', 'restore': 'success', 'delete': 'deleted'}


@dataclasses.dataclass(frozen=True)
class Call:
    """The so many-th request of a shape in an operation."""

    service: str
    shape: str
    number: int

    def __str__(self) -> str:
        return '%s %s (%d.)' % (self.service, self.shape, self.number)


class Cell:
    """One operation, and the fault that one of its calls meets."""

    def __init__(self, kind: str, call: Call | None, fault: Fault | None, tenant: StubTenant) -> None:
        self.kind, self.call, self.fault, self.tenant = kind, call, fault, tenant
        self.volume = tenant.new_volume()
        self.checkpoint = ''
        self.has_struck = False

    def __str__(self) -> str:
        return '%s, %s: %s' % (self.kind, self.call, self.fault.name if self.fault else 'none')


class Proxy:
    """Stands before both services: counts the calls of each project, and lets the fault of its cell strike once."""

    def __init__(self, world: World) -> None:
        self._cells: dict[str, Cell] = {}
        self._counts: dict[str, dict[tuple[str, str], int]] = {}
        self._world = world
        for name, service in (('keystone', world.cloud.keystone_service), ('cinder', world.cloud.cinder_service)):
            service.fault = lambda request, name=name: self._fault(name, request)

    def watch(self, cell: Cell) -> None:
        """From now on the calls of its project are counted."""
        self._cells[cell.tenant.project_id] = cell
        self._counts[cell.tenant.project_id] = {}

    def calls(self, cell: Cell) -> list[Call]:
        """All that were made since. Of looks that are repeated, the first two."""
        return [Call(service, shape, number) for (service, shape), count in self._counts[cell.tenant.project_id].items()
                for number in range(1, min(count, 2) + 1)]

    def _fault(self, service: str, request: Request) -> Fault | None:
        if service == 'cinder':
            project = request.path.split('/')[2]
        else:
            # Of the one whose token is asked about.
            grant = self._world.cloud.keystone.grants.get(request.field(b'x-subject-token'))
            project = grant.user.project if grant else ''
        cell = self._cells.get(project)
        if cell is None:
            return None
        counts = self._counts[project]
        key = (service, Service.shape(request))
        counts[key] = counts.get(key, 0) + 1
        if cell.call != Call(*key, counts[key]) or cell.has_struck:
            return None
        cell.has_struck = True
        return cell.fault


class Matrix:
    """Runs the cells side by side; each says what is wrong with it."""

    WIDTH = 48

    def __init__(self, world: World, request_timeout: float) -> None:
        self._world = world
        self._limit = request_timeout
        self._proxy = Proxy(world)
        self._number = 0
        self._lock = threading.Lock()

    def run(self, seconds: float) -> tuple[int, int, list[str]]:
        """How many cells there were, in how many the fault never struck, and what is wrong."""
        calls = {kind: self._calls(kind) for kind in GOOD}
        cells = [self._cell(kind, call, fault(self._limit)) for kind in GOOD for call in calls[kind]
                 for fault in FAULTS]
        with concurrent.futures.ThreadPoolExecutor(self.WIDTH) as pool:
            for result in (pool.map(self._prepare, cells), pool.map(self._begin, cells)):
                list(result)
            wrong = [finding for findings in pool.map(lambda cell: self._end(cell, seconds), cells)
                     for finding in findings]
        return len(cells), sum(not cell.has_struck for cell in cells), wrong

    def _calls(self, kind: str) -> list[Call]:
        """The calls of an operation that nothing happens to."""
        cell = self._cell(kind, None, None)
        self._prepare(cell)
        self._begin(cell)
        wrong = self._end(cell, 30)
        assert not wrong, wrong
        return self._proxy.calls(cell)

    def _cell(self, kind: str, call: Call | None, fault: Fault | None) -> Cell:
        with self._lock:
            self._number += 1
            number = self._number
        return Cell(kind, call, fault, self._world.cloud.new_tenant('cell-%d' % number))

    # One cell

    def _prepare(self, cell: Cell) -> None:
        """As far as it goes without a fault: the checkpoint that is to be restored or deleted."""
        karbor = Karbor(self._world.daemon, cell.tenant)
        cell.plan = karbor.new_plan(cell.volume)
        if cell.kind != 'protect':
            cell.checkpoint = karbor.protect(cell.plan)
            karbor.wait_checkpoint(cell.checkpoint, 'available', 60)

    def _begin(self, cell: Cell) -> None:
        """A caller who is refused since a service does not answer comes again."""
        self._proxy.watch(cell)
        karbor = Karbor(self._world.daemon, cell.tenant)

        def submit() -> bool:
            if cell.kind == 'protect':
                answer = karbor.call('POST', '/providers/%s/checkpoints' % INFRA, {
                    'checkpoint': {'plan_id': cell.plan}})
            elif cell.kind == 'restore':
                answer = karbor.call('POST', '/restores', {'restore': {
                    'provider_id': INFRA, 'checkpoint_id': cell.checkpoint, 'parameters': {}}})
            else:
                answer = karbor.delete_checkpoint(cell.checkpoint)
            body = answer.expect(200)
            if cell.kind == 'protect':
                cell.checkpoint = body['checkpoint']['id']
            elif cell.kind == 'restore':
                cell.restore = body['restore']['id']
            return True

        eventually(submit, str(cell), 30, pause=0.5)

    def _end(self, cell: Cell, seconds: float) -> list[str]:
        karbor = Karbor(self._world.daemon, cell.tenant)

        def log() -> dict[str, object] | None:
            found = [log for log in karbor.logs(checkpoint_id=cell.checkpoint) if log['operation_type'] == cell.kind]
            return found[0] if found and found[0]['ended_at'] else None

        try:
            ended = eventually(log, 'it ends', seconds, pause=0.5)
        except AssertionError as error:
            return ['%s: stuck: %s' % (cell, error)]
        if ended['status'] != GOOD[cell.kind] or ended['error_info']:
            return ['%s: ended as %s: %s' % (cell, ended['status'], ended['error_info'])]
        return ['%s: %s' % (cell, finding) for finding in self._leavings(cell, karbor)]

    def _leavings(self, cell: Cell, karbor: Karbor) -> Iterable[str]:
        """What there is in the project beside what must be."""
        storage = self._world.cloud.storage
        status = karbor.checkpoint(cell.checkpoint)['status']
        if status != ('deleted' if cell.kind == 'delete' else 'available'):
            yield 'its checkpoint is %s' % status
        found = self._world.cloud.look(lambda: [
            (kind, thing.id, thing['status'], thing.content) for kind, thing in storage.marked()
            if thing.project == cell.tenant.project_id])
        wanted = {'protect': ['backup'], 'restore': ['backup', 'volume'], 'delete': []}[cell.kind]
        if sorted(kind for kind, *_ in found) != wanted:
            yield 'there is %s' % found
        made = collections.Counter(kind for kind, marks in self._world.cloud.look(storage.ever_marked)
                                   if marks['karbor_checkpoint_id'] == cell.checkpoint)
        if made and max(made.values()) > 1:
            yield 'of what there can be one, there was made %s' % dict(made)
        content = storage.volumes.things[cell.volume].content
        for kind, number, state, has in found:
            if state != 'available' or has != content:
                yield '%s %s is %s and has %s, not %s' % (kind, number, state, has, content)
