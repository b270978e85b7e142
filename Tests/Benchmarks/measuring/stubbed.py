"""The daemon against the stub of Tests/Stub, and clients that keep their connections."""
from __future__ import annotations

import contextlib
import http.client
import json
import pathlib
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from .process import Process
from .programs import HERE

for _name in ('Acceptance', 'Stub'):
    sys.path.insert(0, str(HERE.parent / _name))
from harness.daemon import INFRA, NOOP, Daemon          # noqa: E402
from harness.karbor import VOLUME                       # noqa: E402
from stub.cloud import StubCloud, StubTenant            # noqa: E402

PROVIDERS = {'volume': INFRA, 'no-op': NOOP}


class Stubbed:
    """One cloud and one daemon. Quotas are off, and logs are as in production."""

    def __init__(self, folder: str, options: dict[str, dict[str, Any]], poll_interval: float) -> None:
        self.cloud = StubCloud()
        self.tenant = self.cloud.new_tenant('shop')
        self.daemon = Daemon(self.cloud, folder, poll_interval=poll_interval, options={
            **options, 'DEFAULT': {'debug': 'false', 'quota_plans': -1, **options.get('DEFAULT', {})}})
        self._store = pathlib.Path(folder) / 'state' / 'karbor-protection.sqlite'

    def process(self) -> Process:
        return Process(self.daemon.pid)

    def unfinished(self) -> int:
        """How many operations have not ended, as the store has them: no request to the daemon."""
        database = sqlite3.connect('file:%s?mode=ro' % self._store, uri=True, timeout=10)
        try:
            return database.execute("SELECT count(*) FROM operations WHERE state <> 'ended'").fetchone()[0]
        finally:
            database.close()

    def wait(self, seconds: float, pause: float = 0.02) -> None:
        """Until all operations have ended."""
        end = time.monotonic() + seconds
        while self.unfinished():
            assert time.monotonic() < end, '%d operations have not ended in %d s' % (self.unfinished(), seconds)
            time.sleep(pause)

    def client(self) -> Client:
        return Client(self.daemon.port, self.tenant)


class Client:
    """One connection to the API, kept."""

    def __init__(self, port: int, tenant: StubTenant) -> None:
        self._connection = http.client.HTTPConnection('127.0.0.1', port, timeout=60)
        self._tenant = tenant

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        self._connection.request(
            method, '/v1/%s%s' % (self._tenant.project_id, path), None if body is None else json.dumps(body),
            {'X-Auth-Token': self._tenant.long_token, 'Content-Type': 'application/json'})
        answer = self._connection.getresponse()
        data = answer.read()
        assert answer.status == 200, '%s %s: %d %s' % (method, path, answer.status, data[:300])
        return json.loads(data)

    def new_plan(self, volumes: list[str], provider: str = 'volume') -> str:
        return self.ask('POST', '/plans', {'plan': {
            'name': 'plan', 'description': None, 'provider_id': PROVIDERS[provider], 'parameters': {},
            'resources': [{'id': volume, 'type': VOLUME, 'name': 'data'} for volume in volumes]}})['plan']['id']

    def protect(self, plan: str, provider: str = 'volume') -> str:
        return self.ask('POST', '/providers/%s/checkpoints' % PROVIDERS[provider], {
            'checkpoint': {'plan_id': plan}})['checkpoint']['id']


@contextlib.contextmanager
def stubbed(options: dict[str, dict[str, Any]] | None = None, poll_interval: float = 1) -> Iterator[Stubbed]:
    """A daemon that is ready."""
    with tempfile.TemporaryDirectory(prefix='karbor-') as folder:
        found = Stubbed(folder, options or {}, poll_interval)
        found.daemon.start()
        try:
            yield found
        finally:
            found.daemon.kill()
            found.cloud.close()
