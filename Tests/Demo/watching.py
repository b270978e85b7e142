"""Waiting for an operation, and telling how it goes."""
import time

from telling import clock, say

RENEWED = 'service token renewed'


class Watch:
    """Of one operation: what its log shows, what Cinder shows of it, the user's token, the service token."""

    def __init__(self, daemon, karbor, kind, token, made_before, **filters):
        self._daemon = daemon
        self._karbor = karbor
        self._kind = kind
        self._token = token
        self._made_before = made_before
        self._filters = filters
        self._renewals_at_begin = renewals(daemon)
        self._said = None
        self._said_at = 0.0
        self._has_expired = False

    def wait(self, status, seconds=240):
        """The operation's log, once it has ended in `status`. A line whenever something changes, and every five seconds."""
        end = time.monotonic() + seconds
        while True:
            log = self._log()
            if log['ended_at']:
                assert log['status'] == status, '%s ended as %s: %s' % (self._kind, log['status'], log['error_info'])
                return log
            self._tell_expiry()
            state = self._state(log)
            self._tell(state)
            assert time.monotonic() < end, '%s is still %s after %d s' % (self._kind, log['status'], seconds)
            time.sleep(0.5)

    def _log(self):
        try:
            # Whether or not it has ended.
            return next(log for log in self._karbor.logs(**self._filters) if log['operation_type'] == self._kind)
        except OSError:
            time.sleep(0.5)     # a process that is just ending is seen to have ended
            assert self._daemon.runs, 'the daemon has ended, with exit status %d, in the middle of the %s' % (
                self._daemon.wait(1), self._kind)
            raise

    def _state(self, log):
        progress = (log['extra_info'] or {}).get('progress') or {}
        parts = [log['status']]
        if progress.get('steps_total'):
            parts[0] += ', %(steps_done)d of %(steps_total)d steps' % progress
        things = ['%s %s' % (kind, thing['status']) for kind in ('snapshot', 'backup', 'volume')
                  for thing in self._karbor.tenant.all(kind) if thing['id'] not in self._made_before]
        return '; '.join(parts + ['in Cinder: %s' % ', '.join(things)] * bool(things))

    def _tell(self, state):
        if state == self._said and time.monotonic() < self._said_at + 5:
            return
        left = self._token.expires - time.time()
        user = '%d s left' % left if left > 0 else 'expired %d s ago' % -left
        times = renewals(self._daemon) - self._renewals_at_begin
        say('  %s; user\'s token: %s; service token: renewed %d time%s' % (state, user, times, 's' * (times != 1)))
        self._said, self._said_at = state, time.monotonic()

    def _tell_expiry(self):
        if self._has_expired or time.time() < self._token.expires + 0.2:
            return
        self._has_expired = True
        answer = self._karbor.call('GET', '/plans', token=self._token)
        assert answer.status == 401, 'the user\'s token was to be expired; the API answers %r with it' % answer
        say('  the user\'s token has expired, at %s: a new request with it is answered 401. The %s goes on' % (
            clock(self._token.expires), self._kind))


def renewals(daemon):
    """How often the service token was renewed since the start; the first time it was fetched."""
    return max(0, daemon.log().count(RENEWED) - 1)
