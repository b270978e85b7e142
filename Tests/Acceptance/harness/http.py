"""One HTTP request, and waiting for something to become true."""
import calendar
import http.client
import json
import os
import time
import urllib.parse


def pace():
    """How much longer than on an idle machine everything takes: what races a token's life gets that much more time.

    The tests that run beside this one (pytest-xdist) are not in the load yet when all of them begin.
    """
    if given := os.environ.get('KARBOR_TEST_PACE'):
        return float(given)
    busy = os.getloadavg()[0] + int(os.environ.get('PYTEST_XDIST_WORKER_COUNT') or 1)
    return min(5.0, max(1.0, busy / (2 * os.cpu_count())))


PACE = pace()


class Answer:
    def __init__(self, status, headers, data):
        self.status = status
        self.headers = headers
        self.data = data

    @property
    def json(self):
        return json.loads(self.data) if self.data else None

    def expect(self, *statuses):
        """The parsed body, if the status is one of these; otherwise the test fails with what was answered."""
        assert self.status in statuses, 'expected %s, got %s' % (statuses, self)
        return self.json

    def __repr__(self):
        return '%d %s' % (self.status, self.data[:500].decode(errors='replace'))


def send(method, url, body=None, headers=None, timeout=30):
    """`body` goes out as JSON unless it is bytes. Raises OSError if there is no answer."""
    target = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(target.hostname, target.port, timeout=timeout)
    fields = {'Accept': 'application/json'}
    if body is not None:
        fields['Content-Type'] = 'application/json'
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields.update(headers or {})
    try:
        try:
            connection.request(method, target.path + ('?' + target.query if target.query else ''), body,
                               {name: value for name, value in fields.items() if value is not None})
        except (BrokenPipeError, ConnectionResetError):
            pass        # a server may refuse a body that is too large before it has read it; the answer tells
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    except http.client.HTTPException as error:
        raise OSError('%s %s: %r' % (method, url, error)) from error
    finally:
        connection.close()


def eventually(probe, what, seconds=60, pause=0.1):
    """What `probe` returns as soon as that is true; fails after `seconds` with the last thing it returned or raised."""
    end = time.monotonic() + seconds
    while True:
        try:
            last = probe()
            if last:
                return last
        except (OSError, AssertionError, KeyError) as error:
            last = error
        assert time.monotonic() < end, '%s: not within %s s; last: %r' % (what, seconds, last)
        time.sleep(pause)


def sleep_until(moment):
    """A moment of time.time()."""
    time.sleep(max(0.0, moment - time.time()))


def seconds_of(timestamp):
    """The moment of time.time() that 2026-11-24T12:52:51.000000 (with or without a Z) means."""
    return calendar.timegm(time.strptime(timestamp.split('.')[0].rstrip('Z'), '%Y-%m-%dT%H:%M:%S'))
