"""Starts the daemon and kills it, again and again, and looks now and then whether all is as it must be."""
from __future__ import annotations

import random
import time

from harness.http import eventually

from .caller import Caller
from .inspection import Inspection, unfinished
from .weather import Weather
from .world import World

# How long the daemon may need for what is left once nobody kills it any more.
PATIENCE = 120
# Of a debug build on an idle machine, in seconds.
USUAL_START = 0.15


class Found(Exception):
    """Something is wrong: one finding a line."""


class Killer:

    # Between two looks.
    ROUND = 50

    def __init__(self, world: World, seed: int) -> None:
        self._world = world
        self._random = random.Random(seed)
        self._weather = Weather(world.cloud, seed + 1)
        self._callers = [Caller(world, tenant, seed + 2 + number) for number, tenant in enumerate(world.tenants)]
        self._restored: set[str] = set()
        self._pace = 1.0

    def run(self, kills: int) -> None:
        self._start()
        for caller in self._callers:
            caller.prepare()
        while self._world.kills < kills:
            self._round(min(self.ROUND, kills - self._world.kills))
            self._look()
        for caller in self._callers:
            caller.close()
        self._weather.close()

    def _round(self, kills: int) -> None:
        self._weather.worsen()
        for caller in self._callers:
            caller.work()
        for number in range(kills):
            time.sleep(self._moment() * self._pace)
            self._world.daemon.kill()
            self._world.kills += 1
            self._world.note('killed')
            if number + 1 < kills:
                self._world.daemon.start(ready=False)
        self._start()
        for caller in self._callers:
            caller.pause()
        self._weather.clear()

    def _start(self) -> None:
        """Until it is ready, which on a busy machine takes longer: lives are to be as much longer."""
        begin = time.monotonic()
        self._world.daemon.start()
        self._pace = min(5.0, max(1.0, (time.monotonic() - begin) / USUAL_START))

    def _moment(self) -> float:
        """How long this life lasts: as often before it is ready, or in its recovery, as in the middle of work."""
        return self._random.choice([
            self._random.uniform(0, 0.1), self._random.uniform(0.05, 0.5), self._random.uniform(0.05, 0.5),
            self._random.uniform(0.3, 2), self._random.uniform(0.3, 2)])

    # When all is quiet

    def _look(self) -> None:
        world = self._world
        try:
            eventually(lambda: not unfinished(world), 'everything ends', PATIENCE, pause=0.2)
        except AssertionError:
            raise Found('not all ends within %d s: %s' % (PATIENCE, '; '.join(unfinished(world)))) from None
        inspection = Inspection(world)
        findings = world.complaints + inspection.findings()
        if not findings:
            findings = self._restore(inspection)
        if findings:
            raise Found('\n'.join(findings))
        print('  %d kills, %d operations, %d checkpoints available and restored: as it must be' % (
            world.kills, len(inspection.logs), len(inspection.available)), flush=True)

    def _restore(self, inspection: Inspection) -> list[str]:
        """Restores each available checkpoint that was not yet, and compares."""
        world, findings = self._world, []
        storage = world.cloud.storage
        todo = [(karbor, checkpoint) for karbor, checkpoint in inspection.available
                if checkpoint not in self._restored]
        started = [(karbor, checkpoint, karbor.restore(checkpoint)) for karbor, checkpoint in todo]
        for karbor, checkpoint, number in started:
            fails = any('fault:restore' in storage.volumes.things[resource]['name']
                        for resource in inspection.resources(checkpoint))
            row = karbor.wait_restore(number, 'fail' if fails else 'success', 60)
            self._restored.add(checkpoint)
            wanted = inspection.content(checkpoint)
            if set(wanted) != inspection.resources(checkpoint):
                findings.append('checkpoint %s is available and names no backup of %s' % (
                    checkpoint, inspection.resources(checkpoint) - set(wanted)))
            made = [key.partition('#')[2] for key, status in row['resources_status'].items() if status == 'available']
            content = sorted(world.cloud.look(lambda: [storage.volumes.things[number].content for number in made]))
            if not fails and content != sorted(wanted.values()):
                findings.append('checkpoint %s was restored as %s and had %s' % (checkpoint, content, wanted))
        return findings
