"""A forwarder between the daemon and one service: it counts, strips and adds headers, and makes faults on demand."""
import http.client
import http.server
import socket
import threading
import time
import urllib.parse

# Not Host: Cinder makes its links of it, and they are to lead through the proxy, too.
HOP_BY_HOP = ('connection', 'keep-alive', 'transfer-encoding', 'content-length')


class Request:
    """One request that went through, and the status that the daemon saw (None while it is under way or was cut)."""

    def __init__(self, method, path, headers):
        self.time = time.time()
        self.method = method
        self.path = path
        self.token = headers.get('X-Auth-Token')
        self.service_token = headers.get('X-Service-Token')
        self.status = None

    def __repr__(self):
        return '%s %s %s' % (self.method, self.path, self.status)


class Fault:
    """What happens to requests that `matches(method, path)`: a delay, then a status, a reset, or the forwarding.

    It happens `times` times, None for always.
    """

    def __init__(self, matches, delay=0.0, status=None, reset=False, times=None):
        self.matches = matches
        self.delay = delay
        self.status = status
        self.reset = reset
        self.times = times


class Proxy:
    """Listens on a port of its own, which it keeps when it is closed and opened again."""

    def __init__(self, target, strip=(), add=None):
        parts = urllib.parse.urlsplit(target)
        self._target = (parts.hostname, parts.port)
        self._strip = {name.lower() for name in strip}
        self._add = add or {}
        self._server = None
        self._lock = threading.Lock()
        self._requests = []
        self._faults = []
        self._connections = set()
        self.port = 0
        self.open()
        self.url = 'http://127.0.0.1:%d%s' % (self.port, parts.path)

    # Like a service that is started and stopped

    def open(self):
        proxy = self

        class Handler(_Handler):
            owner = proxy

        self._server = _Server(('127.0.0.1', self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        """Connections are refused from now on, and those that are open are cut."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        with self._lock:
            connections, self._connections = self._connections, set()
        for connection in connections:
            _cut(connection)

    # What a test asks for and looks at

    def fault(self, matches, **what):
        with self._lock:
            self._faults.append(Fault(matches, **what))

    def heal(self):
        with self._lock:
            self._faults.clear()

    def requests(self, method=None, part=''):
        with self._lock:
            return [request for request in self._requests
                    if method in (None, request.method) and part in request.path]

    # For the handler

    def begin(self, method, path, headers):
        """The record of a new request, and the fault that it meets."""
        request = Request(method, path, headers)
        with self._lock:
            self._requests.append(request)
            for fault in self._faults:
                if fault.times != 0 and fault.matches(method, path):
                    if fault.times is not None:
                        fault.times -= 1
                    return request, fault
        return request, None

    def connected(self, connection, there):
        with self._lock:
            (self._connections.add if there else self._connections.discard)(connection)

    def forward(self, method, path, headers, body):
        upstream = http.client.HTTPConnection(*self._target, timeout=60)
        try:
            upstream.request(method, path, body, {
                name: value for name, value in headers.items()
                if name.lower() not in HOP_BY_HOP and name.lower() not in self._strip} | self._add)
            answer = upstream.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            upstream.close()


class _Server(http.server.ThreadingHTTPServer):
    allow_reuse_address = True
    request_queue_size = 128


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    owner = None

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.owner.connected(self.connection, True)

    def finish(self):
        self.owner.connected(self.connection, False)
        try:
            super().finish()
        except OSError:
            pass        # it was cut

    def _pass_on(self):
        body = self._body()
        request, fault = self.owner.begin(self.command, self.path, self.headers)
        try:
            if fault:
                time.sleep(fault.delay)
                if fault.reset:
                    _cut(self.connection)
                    self.close_connection = True
                    return
            if fault and fault.status:
                status, headers, data = fault.status, [], b'injected fault\n'
            else:
                status, headers, data = self.owner.forward(self.command, self.path, self.headers, body)
        except OSError as error:
            status, headers, data = 502, [], str(error).encode()
        request.status = status
        self._answer(status, headers, data)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _pass_on

    def _answer(self, status, headers, data):
        try:
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            if status != 204:
                self.send_header('Content-Length', str(len(data)))
            self.end_headers()
            if self.command != 'HEAD':
                self.wfile.write(data)
        except OSError:
            self.close_connection = True        # the daemon did not wait for it

    def _body(self):
        if 'chunked' in self.headers.get('Transfer-Encoding', ''):
            data = b''
            while size := int(self.rfile.readline().split(b';')[0], 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return data
        return self.rfile.read(int(self.headers.get('Content-Length') or 0)) or None

    def log_message(self, *arguments):
        pass


def _cut(connection):
    """Ends a connection with a reset."""
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\1\0\0\0\0\0\0\0')
        connection.shutdown(socket.SHUT_RDWR)
        connection.close()
    except OSError:
        pass
