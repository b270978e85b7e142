"""A journal that a daemon finds where systemd's is, in a mount namespace of its own."""
import os
import pathlib
import socket
import struct
import threading

_ENTER = '''mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal && mount --bind "$0" /run/systemd/journal &&
exec "$@"'''


class Journal:
    """Keeps every entry, a dictionary of its fields. What the daemon writes to standard error comes as `printed`."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / 'journal'
        self.folder.mkdir()
        self.entries = []
        self.printed = b''
        self._entry_socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._entry_socket.bind(str(self.folder / 'socket'))
        self._stream, self.standard_error = socket.socketpair()
        for listen in (self._take_entries, self._take_stream):
            threading.Thread(target=listen, daemon=True).start()

    def command(self, command):
        """The command as it starts inside of the namespace."""
        return ['unshare', '--mount', '--propagation', 'private', '/bin/sh', '-c', _ENTER, self.folder, *command]

    @property
    def environment(self):
        """What systemd sets for a unit whose standard error it connected to the journal."""
        stat = os.fstat(self.standard_error.fileno())
        return {'JOURNAL_STREAM': '%d:%d' % (stat.st_dev, stat.st_ino)}

    def with_field(self, name, value):
        return [entry for entry in list(self.entries) if entry.get(name) == value]

    def _take_entries(self):
        while datagram := self._entry_socket.recv(1 << 20):
            self.entries.append(parsed(datagram))

    def _take_stream(self):
        while piece := self._stream.recv(65536):
            self.printed += piece


def parsed(datagram):
    """An entry in the journal's native protocol: NAME=value, or NAME, the length in 8 bytes and a value of any bytes."""
    fields = {}
    while datagram:
        head, _, rest = datagram.partition(b'\n')
        name, equals, value = head.partition(b'=')
        if equals:
            datagram = rest
        else:
            length, = struct.unpack('<Q', rest[:8])
            value, datagram = rest[8:8 + length], rest[8 + length + 1:]
        fields[name.decode()] = value.decode()
    return fields
