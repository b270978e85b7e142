"""The datagram socket that systemd gives to a service of Type=notify."""
import os
import pathlib
import socket
import threading
import time


class NotifySocket:
    """Keeps every assignment that came, in order, with its time."""

    def __init__(self, folder):
        self.path = pathlib.Path(folder) / 'notify'
        self._received = []
        self._changed = threading.Condition()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self.path))
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self):
        while True:
            try:
                message = self._socket.recv(65536).decode(errors='replace')
            except OSError:
                return
            if not message:         # shut down: the descriptor's number soon is somebody else's
                return
            with self._changed:
                for line in message.splitlines():
                    name, _, value = line.partition('=')
                    self._received.append((time.time(), name, value))
                self._changed.notify_all()

    def values(self, name):
        """Of READY, STATUS, STOPPING… in the order in which they came."""
        with self._changed:
            return [value for _, other, value in self._received if other == name]

    def wait(self, name, seconds, already=0, give_up=lambda: False):
        """Whether an assignment to `name` came beyond the `already` ones; ends early when `give_up` says so."""
        end = time.monotonic() + seconds
        with self._changed:
            while len([1 for _, other, _ in self._received if other == name]) <= already:
                if give_up() or time.monotonic() > end:
                    return False
                self._changed.wait(0.05)
        return True

    def close(self):
        # A blocked recv does not notice a close: it is woken by a datagram.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._listener.join()
        self._socket.close()
        os.unlink(self.path)
