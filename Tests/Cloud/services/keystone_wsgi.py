"""Keystone as packaged, with three ways for a test to ask for short times without a restart.

* `X-Cloud-Token-TTL: N` on POST /v3/auth/tokens: the token lives N seconds (at most what is configured).
* `X-Cloud-Token-Window: N` there: for this one token allow_expired_window is N seconds, whoever validates it, so a
  test can have a short window while others beside it have the long one. It is kept as a file named by the token's hash.
* Requests to the second port get a short life and a short window: for a daemon's own `auth_url`.

uwsgi runs each worker with one thread, so options can be overridden for the time of one request.
"""
import hashlib
import os
import pathlib

import keystone.conf
from keystone.server.wsgi import initialize_public_application

CONF = keystone.conf.CONF
SHORT_PORT = os.environ['CLOUD_SHORT_PORT']
SHORT = {
    'expiration': int(os.environ['CLOUD_SHORT_TTL']),
    'allow_expired_window': int(os.environ['CLOUD_SHORT_WINDOW']),
}
WINDOWS = pathlib.Path(os.environ['CLOUD_WINDOWS'])

keystone_application = initialize_public_application()


def window_file(token):
    return WINDOWS / hashlib.sha256(token.encode()).hexdigest()


def times_of(request):
    """The [token] options that this request is to see in place of the configured ones."""
    times = {}
    if SHORT_PORT in (request.get('SERVER_PORT'), request.get('HTTP_HOST', '').rpartition(':')[2]):
        times.update(SHORT)
    life = request.get('HTTP_X_CLOUD_TOKEN_TTL', '')
    if life.isdigit():
        times['expiration'] = min(int(life), times.get('expiration', CONF.token.expiration))
    subject = request.get('HTTP_X_SUBJECT_TOKEN')
    if subject:
        try:
            times['allow_expired_window'] = int(window_file(subject).read_text())
        except (OSError, ValueError):
            pass        # a token with the usual window
    return times


def application(request, start_response):
    def remember_window(status, headers, error=None):
        for name, value in headers:
            if status.startswith('201') and name.lower() == 'x-subject-token':
                window_file(value).write_text(request['HTTP_X_CLOUD_TOKEN_WINDOW'])
        return start_response(status, headers, error)

    wanted = request.get('HTTP_X_CLOUD_TOKEN_WINDOW', '')
    times = times_of(request)
    for name, value in times.items():
        CONF.set_override(name, value, 'token')
    try:
        return keystone_application(request, remember_window if wanted.isdigit() else start_response)
    finally:
        for name in times:
            CONF.clear_override(name, 'token')
