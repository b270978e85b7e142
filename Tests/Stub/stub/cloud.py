"""The two of them in a thread of this process, with the users that the acceptance tests' daemon expects."""
from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from .cinder import Cinder
from .http import Service
from .keystone import Keystone, User

Result = TypeVar('Result')


class StubCloud:
    """Takes the place of `harness.cloud.Cloud` for a `Daemon`.

    It lives until `close`, whatever becomes of daemons. What is read of its state from another thread is read by `look`.
    """

    def __init__(self, life: float = 3600, window: float = 172800) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name='stub')
        self._thread.start()
        self.keystone = Keystone(life, window)
        self.cinder = Cinder(self.keystone, self._loop)
        self.storage = self.cinder.storage
        self.keystone_service = Service(self._loop, self.keystone.handle)
        self.cinder_service = Service(self._loop, self.cinder.handle)
        for service in (self.keystone_service, self.cinder_service):
            self.open(service)
        self.auth_url = 'http://127.0.0.1:%d/v3' % self.keystone_service.port
        self.cinder_url = 'http://127.0.0.1:%d/v3' % self.cinder_service.port
        self.keystone.add_user('karbor', 'secret', 'service', ['admin', 'service'])
        self.keystone.catalogue = [
            {'type': 'identity', 'name': 'keystone', 'url': self.auth_url},
            {'type': 'volumev3', 'name': 'cinderv3', 'url': self.cinder_url + '/$(project_id)s'}]
        self.facts = {'users': {'karbor': {'password': 'secret'}}}

    def look(self, body: Callable[[], Result]) -> Result:
        """What `body` returns, run where the services run: nothing changes meanwhile."""
        async def run() -> Result:
            return body()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(60)

    def open(self, service: Service) -> None:
        asyncio.run_coroutine_threadsafe(service.open(), self._loop).result(10)

    def shut(self, service: Service) -> None:
        """It is away, until it is opened again."""
        asyncio.run_coroutine_threadsafe(service.close(), self._loop).result(10)

    def new_tenant(self, name: str) -> StubTenant:
        return StubTenant(self, self.look(lambda: self.keystone.add_user(name, 'secret', name, ['member'])))

    def requests(self) -> int:
        return sum(self.cinder_service.counts.values())

    def close(self) -> None:
        for service in (self.keystone_service, self.cinder_service):
            self.shut(service)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class StubTenant:
    """A project with one user, as `harness.karbor.Karbor` wants it."""

    def __init__(self, cloud: StubCloud, user: User) -> None:
        self.cloud = cloud
        self.user = user
        self.project_id = user.project
        self.long_token = cloud.look(lambda: cloud.keystone.issue(user, 7 * 86400))

    def new_volume(self, name: str = 'data', size: int = 1) -> str:
        """Its content is its own: what is restored from it has the same."""
        def make() -> str:
            storage = self.cloud.storage
            volume = storage.new_volume(self.project_id, size, name, None, {}, 'content-' + storage.new_id())
            volume.set(status='available')
            return volume.id

        return self.cloud.look(make)

    def new_volumes(self, count: int) -> list[str]:
        return [self.new_volume('data-%d' % number) for number in range(count)]

    def token(self, life: float) -> str:
        return self.cloud.look(lambda: self.cloud.keystone.issue(self.user, life))


