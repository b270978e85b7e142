"""Files, requests and waiting: what all the other modules use."""
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

from . import settings

_begin = time.monotonic()
_printing = threading.Lock()
# The machine's http_proxy must not be asked for 127.0.0.1.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Failure(Exception):
    """Something that the caller must be told; its text ends with the log concerned."""


def seconds_since_start():
    return time.monotonic() - _begin


def say(message):
    with _printing:
        print('[%5.1f] %s' % (seconds_since_start(), message), flush=True)


def write(path, text, mode=0o640):
    """Writes a file so that a reader, or a killed `up`, never leaves half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + '.new')
    temporary.write_text(text)
    temporary.chmod(mode)
    temporary.replace(path)
    return path


def append_to(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    return open(path, 'ab')


def tail(path, lines=25):
    try:
        text = path.read_text(errors='replace')
    except OSError as error:
        return str(error)
    return '== %s\n%s' % (path, '\n'.join(text.splitlines()[-lines:]))


def run(command, log, environment=None, inputs=None):
    """Runs a command to its end. It holds the cloud's lock as long as it lives."""
    with append_to(log) as output:
        done = subprocess.run([str(part) for part in command], input=inputs, stdout=output, stderr=output, text=True,
                              env={**settings.ENVIRONMENT, **(environment or {})},
                              pass_fds=[settings.LOCK_DESCRIPTOR])
    if done.returncode != 0:
        raise Failure('%s: exit status %d\n%s' % (command[0], done.returncode, tail(log)))


def listens(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((settings.HOST, port)) == 0


def request(method, url, body=None, headers=None, timeout=30):
    """(status, headers, parsed JSON or text). Raises OSError when there is no answer."""
    data = None if body is None else json.dumps(body).encode()
    call = urllib.request.Request(url, data=data, method=method, headers={
        **({'Content-Type': 'application/json'} if data else {}), **(headers or {})})
    try:
        with _direct.open(call, timeout=timeout) as answer:
            status, fields, text = answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        status, fields, text = error.code, error.headers, error.read()
    try:
        return status, fields, json.loads(text) if text else None
    except ValueError:
        return status, fields, text.decode(errors='replace')


def token(user, project, auth_url=None, ttl=None, window=None):
    """A token by password, scoped to a project."""
    headers = {}
    if ttl is not None:
        headers['X-Cloud-Token-TTL'] = str(ttl)
    if window is not None:
        headers['X-Cloud-Token-Window'] = str(window)
    domain = {'id': settings.DOMAIN}
    status, fields, body = request('POST', (auth_url or settings.AUTH_URL) + '/auth/tokens', {'auth': {
        'identity': {'methods': ['password'], 'password': {'user': {
            'name': user, 'domain': domain, 'password': settings.PASSWORD}}},
        'scope': {'project': {'name': project, 'domain': domain}}}}, headers)
    if status != 201:
        raise OSError('no token for %s: %d %s' % (user, status, body))
    return fields['X-Subject-Token']


def wait_until(what, ready, check=lambda: None, seconds=None):
    """Asks `ready` again and again; `check` may raise to end the wait early."""
    end = time.monotonic() + (seconds or settings.WAIT_SECONDS)
    last = None
    while True:
        try:
            if ready():
                return
        except (OSError, ValueError, KeyError, TypeError) as error:     # not up yet, or half up
            last = error
        check()
        if time.monotonic() > end:
            raise Failure('%s is not ready in time%s' % (what, ': %s' % last if last else ''))
        time.sleep(0.1)


def exit_with(message):
    print(message, file=sys.stderr, flush=True)
    os._exit(1)     # other steps may still run in threads that nobody waits for any more
