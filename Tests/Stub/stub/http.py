"""HTTP/1.1 as far as the daemon speaks it: on one event loop, kept alive, parsed by hand, since it must be fast."""
from __future__ import annotations

import asyncio
import collections
import socket
import time
import urllib.parse
from collections.abc import Callable

from .faults import Fault

REASONS = {200: b'OK', 201: b'Created', 202: b'Accepted', 204: b'No Content', 400: b'Bad Request', 401: b'Unauthorized',
           403: b'Forbidden', 404: b'Not Found', 405: b'Method Not Allowed', 409: b'Conflict', 413: b'Too Large',
           429: b'Too Many Requests', 500: b'Internal Server Error', 502: b'Bad Gateway', 503: b'Service Unavailable',
           504: b'Gateway Timeout'}


class Request:
    """One request, whole. `fields` has small names."""

    __slots__ = ('method', 'path', 'query', 'fields', 'body')

    def __init__(self, method: str, target: str, fields: dict[bytes, bytes], body: bytes) -> None:
        self.method = method
        self.path, _, self.query = target.partition('?')
        self.fields = fields
        self.body = body

    def field(self, name: bytes) -> str:
        return self.fields.get(name, b'').decode()

    def items(self) -> dict[str, str]:
        """Of the query."""
        return dict(urllib.parse.parse_qsl(self.query, keep_blank_values=True)) if self.query else {}


class Answer:
    __slots__ = ('status', 'body', 'fields')

    def __init__(self, status: int, body: bytes = b'', fields: bytes = b'') -> None:
        """`fields` are whole lines."""
        self.status = status
        self.body = body
        self.fields = fields

    def head(self) -> bytes:
        return b'HTTP/1.1 %d %s\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n' % (
            self.status, REASONS[self.status], self.fields, len(self.body))

    def bytes(self) -> bytes:
        return self.head() + self.body


class Connection(asyncio.Protocol):
    """One connection; what is asked on it is answered in turn."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.buffer = b''
        self.is_busy = False        # a fault takes its time
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.service.connections.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        self.service.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        self.buffer = self.buffer + data if self.buffer else data
        self.serve()

    def serve(self) -> None:
        while self.buffer and not self.is_busy:
            request = self._next()
            if request is None:
                return
            self.service.serve(self, request)

    def _next(self) -> Request | None:
        end = self.buffer.find(b'\r\n\r\n')
        if end < 0:
            return None
        first, *lines = self.buffer[:end].split(b'\r\n')
        fields = {}
        for line in lines:
            name, _, value = line.partition(b':')
            fields[name.lower()] = value.strip()
        begin = end + 4
        end = begin + int(fields.get(b'content-length', 0))
        if len(self.buffer) < end:
            return None
        body, self.buffer = self.buffer[begin:end], self.buffer[end:]
        method, target, _ = first.decode().split(' ')
        return Request(method, target, fields, body)

    def send(self, data: bytes) -> None:
        if self.transport is not None:
            self.transport.write(data)

    def done(self) -> None:
        """The next request gets its turn."""
        self.is_busy = False
        self.serve()

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def reset(self) -> None:
        if self.transport is not None:
            # Closed with nothing lingering: the other side sees a reset.
            self.transport.get_extra_info('socket').setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, b'\1\0\0\0\0\0\0\0')
            self.transport.abort()


class Service:
    """One port. It keeps its number while it is away."""

    def __init__(self, loop: asyncio.AbstractEventLoop, handle: Callable[[Request], Answer]) -> None:
        self.loop = loop
        self.handle = handle
        self.connections: set[Connection] = set()
        self.port = 0
        # What becomes of a request: asked on the loop, for each.
        self.fault: Callable[[Request], Fault | None] = lambda request: None
        # How many requests there were, by method and collection.
        self.counts: collections.Counter[str] = collections.Counter()
        # All requests with their times, where somebody wants them: (time, method, path, status or fault).
        self.history: list[tuple[float, str, str, str]] | None = None
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await self.loop.create_server(
            lambda: Connection(self), '127.0.0.1', self.port, backlog=1024, reuse_address=True)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Connections are refused from now on, and those that are open are reset."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in list(self.connections):
            connection.reset()

    def serve(self, connection: Connection, request: Request) -> None:
        fault = self.fault(request)
        if fault is None:
            answer = self.handle(request)
            connection.send(answer.bytes())
            self.note(request, str(answer.status))
        else:
            self.note(request, fault.name)
            fault.play(self, connection, request)

    def note(self, request: Request, what: str) -> None:
        self.counts[self.shape(request)] += 1
        if self.history is not None:
            self.history.append((time.time(), request.method, request.path + '?' + request.query, what))

    @staticmethod
    def shape(request: Request) -> str:
        """Method and path without ids: `GET backups/detail`, `POST backups/ID/restore`, `DELETE snapshots/ID`."""
        parts = request.path.split('/')
        # /v3/auth/tokens of Keystone, /v3/PROJECT/volumes/… of Cinder
        parts = parts[2:] if parts[2:3] == ['auth'] else parts[3:]
        if len(parts) > 1 and parts[1] not in ('detail', 'tokens'):
            parts[1] = 'ID'
        return '%s %s' % (request.method, '/'.join(parts))
