"""What may become of a request on its way to a service, or of the answer on its way back."""
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .http import Connection, Request, Service

GARBAGE = bytes(range(128, 256)) + b'<html>{"volume": [nothing of the kind'


class Fault:
    """Nothing wrong: the subclasses are what can be."""

    name = 'none'

    def play(self, service: Service, connection: Connection, request: Request) -> None:
        connection.send(service.handle(request).bytes())


class Late(Fault):
    """Everything happens, later."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.name = 'late %.2f' % seconds

    def play(self, service: Service, connection: Connection, request: Request) -> None:
        def now() -> None:
            connection.send(service.handle(request).bytes())
            connection.done()

        connection.is_busy = True
        service.loop.call_later(self.seconds, now)


class Status(Fault):
    """Another status, before the effect or after it. `own` is a document as the services write them, a gateway writes none."""

    def __init__(self, status: int, after: bool = False, own: bool = False, retry_after: int | None = None) -> None:
        self.status, self.after, self.own, self.retry_after = status, after, own, retry_after
        self.name = '%d%s%s' % (status, ' after the effect' if after else '', " of the service's own" if own else '')

    def play(self, service: Service, connection: Connection, request: Request) -> None:
        from .http import Answer
        if self.after:
            service.handle(request)
        body = (b'{"computeFault": {"code": %d, "message": "injected"}}' % self.status if self.own
                else b'<html>injected</html>')
        fields = b'' if self.retry_after is None else b'Retry-After: %d\r\n' % self.retry_after
        connection.send(Answer(self.status, body, fields).bytes())


class Reset(Fault):
    """The connection breaks, before the effect or after it."""

    def __init__(self, after: bool) -> None:
        self.after = after
        self.name = 'reset %s the effect' % ('after' if after else 'before')

    def play(self, service: Service, connection: Connection, request: Request) -> None:
        if self.after:
            service.handle(request)
        connection.reset()


class Stall(Fault):
    """No answer ever comes. The effect does, `seconds` later, or not at all."""

    def __init__(self, seconds: float | None = None) -> None:
        self.seconds = seconds
        self.name = 'stall' if seconds is None else 'stall, with the effect after %g s' % seconds

    def play(self, service: Service, connection: Connection, request: Request) -> None:
        connection.is_busy = True
        if self.seconds is not None:
            service.loop.call_later(self.seconds, service.handle, request)


class Truncated(Fault):
    """The answer ends in the middle: of its body, or of its head where it has none."""

    name = 'truncated'

    def play(self, service: Service, connection: Connection, request: Request) -> None:
        answer = service.handle(request)
        data = answer.bytes()
        connection.send(data[:len(data) - len(answer.body) // 2] if answer.body else data[:len(data) // 2])
        connection.close()


class Garbled(Fault):
    """The answer is nonsense: its body, or its head where it has none."""

    name = 'garbled'

    def play(self, service: Service, connection: Connection, request: Request) -> None:
        answer = service.handle(request)
        if answer.body:
            answer.body = GARBAGE
            connection.send(answer.bytes())
        else:
            connection.send(GARBAGE + b'\r\n\r\n')
            connection.close()


class Drip(Fault):
    """The answer comes in small pieces, for `seconds` in all."""

    PIECES = 20

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.name = 'slow drip'

    def play(self, service: Service, connection: Connection, request: Request) -> None:
        data = service.handle(request).bytes()
        size = -(-len(data) // self.PIECES)
        pieces = [data[begin:begin + size] for begin in range(0, len(data), size)]

        def next_piece() -> None:
            connection.send(pieces.pop(0))
            if pieces:
                service.loop.call_later(self.seconds / self.PIECES, next_piece)
            else:
                connection.done()

        connection.is_busy = True
        next_piece()
