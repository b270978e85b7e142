"""Services that misbehave a little, at random: late, 503, resets; sometimes Keystone is away."""
from __future__ import annotations

import random
import threading

from stub.cloud import StubCloud
from stub.faults import Fault, Garbled, Late, Reset, Stall, Status, Truncated
from stub.http import Request


class Weather:
    """Bad until `clear`. Times of the cloud's own work are random, too."""

    # What may happen to a request, with its share of all of them.
    FAULTS: tuple[tuple[float, Fault], ...] = (
        (0.02, Late(0.3)), (0.005, Late(1.5)), (0.015, Status(503, own=True, retry_after=1)), (0.01, Status(500)),
        (0.01, Status(502, after=True)), (0.015, Reset(after=False)), (0.015, Reset(after=True)), (0.003, Stall(1.0)),
        (0.003, Truncated()), (0.003, Garbled()))
    LONGEST = {'volume': 0.2, 'snapshot': 0.4, 'backup': 1.5, 'restore': 1.0, 'delete': 0.3}

    def __init__(self, cloud: StubCloud, seed: int) -> None:
        self._cloud = cloud
        self._random = random.Random(seed)
        self._is_bad = False
        self._outage = threading.Thread(target=self._outages, daemon=True)
        self._ended = threading.Event()
        cloud.storage.seconds = lambda step: self._random.uniform(0, self.LONGEST[step])
        for service in (cloud.cinder_service, cloud.keystone_service):
            service.fault = self._fault
        self._outage.start()

    def worsen(self) -> None:
        self._is_bad = True

    def clear(self) -> None:
        self._is_bad = False

    def close(self) -> None:
        self._ended.set()
        self._outage.join()

    def _fault(self, request: Request) -> Fault | None:
        if not self._is_bad:
            return None
        luck = self._random.random()
        for share, fault in self.FAULTS:
            luck -= share
            if luck < 0:
                return fault
        return None

    def _outages(self) -> None:
        chance = random.Random(self._random.random())
        while not self._ended.wait(chance.uniform(5, 15)):
            if self._is_bad:
                self._cloud.shut(self._cloud.keystone_service)
                self._ended.wait(chance.uniform(0.2, 1.5))
                self._cloud.open(self._cloud.keystone_service)
