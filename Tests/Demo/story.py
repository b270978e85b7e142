"""The steps of the demo."""
import os
import pathlib
import re
import subprocess
import time

from harness.cloud import Cloud
from harness.daemon import Daemon, binary
from harness.http import eventually, seconds_of
from harness.karbor import VOLUME, Karbor
from harness.proxy import Proxy
from telling import clock, more, say
from watching import Watch, renewals

UP = pathlib.Path(__file__).resolve().parents[1] / 'Cloud/up'
# Seconds. The user's tokens and the daemon's own live this long, and Cinder's backup and restore take this much longer
# than they would.
LIFE = 8
SERVICE_LIFE = 15
SLOW = 12


class ShortTokens(Proxy):
    """Stands before Keystone, and has the daemon's own tokens live a short time; all else is Keystone's."""

    def forward(self, method, path, headers, body):
        if method == 'POST' and path.endswith('/auth/tokens'):
            headers = {**dict(headers.items()), 'X-Cloud-Token-TTL': str(SERVICE_LIFE)}
        return super().forward(method, path, headers, body)


class Story:

    def __init__(self, folder):
        self._folder = folder
        self._up = None
        self._keystone = None
        self._daemon = None
        self._tenant = None

    def tell(self):
        """Returns [(checksum, of what)], of the volume and of the restored one, which are equal."""
        assert binary().exists(), '%s does not exist; `make demo` builds one' % binary()
        say('a volume is protected and restored, and the user\'s token expires on the way')
        cloud = self._start_cloud()
        self._start_daemon(cloud)
        volume, before = self._make_volume(cloud)
        karbor = Karbor(self._daemon, self._tenant)
        checkpoint = self._protect(karbor, volume)
        restored = self._restore(karbor, checkpoint)

        after = self._tenant.checksum(restored)
        assert after == before, 'the restored volume differs\n%s  volume %s\n%s  restored volume %s' % (
            before, volume, after, restored)
        say('the bytes of both volumes are the same')
        say('service token since the start of the daemon: fetched once, renewed %d times' % renewals(self._daemon))
        return [(before, 'volume %s' % volume), (after, 'restored volume %s' % restored)]

    # The cloud

    def _start_cloud(self):
        say('the cloud: Keystone, Cinder and what they need, as processes of this machine on 127.0.0.1 (Tests/Cloud/up)')
        self._up = subprocess.Popen([str(UP)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                    stderr=subprocess.STDOUT, text=True)
        for line in self._up.stdout:
            say('  ' + re.sub(r'^\[ *[\d.]+\] ', '', line.rstrip()))
        status = self._up.wait()
        self._up = None
        assert status == 0, 'the cloud did not start: Tests/Cloud/up ended with exit status %d' % status
        return Cloud()

    # The daemon

    def _start_daemon(self, cloud):
        self._keystone = ShortTokens(cloud.auth_url)
        self._daemon = daemon = Daemon(
            cloud, self._folder, auth_url=self._keystone.url, options={'DEFAULT': {'debug': 'false'}})
        say('the daemon, as systemd starts a Type=notify service:')
        more('NOTIFY_SOCKET=%s/notify %s --config-file %s' % (self._folder, binary(), daemon.config_file))
        begin = time.monotonic()
        daemon.start(seconds=60)
        say('READY=1 after %d ms; it listens on %s' % ((time.monotonic() - begin) * 1000, daemon.url))
        try:
            eventually(lambda: daemon.health('/readyz').status == 200, 'the daemon is ready for work', 30, 0.02)
        except AssertionError:
            raise AssertionError('/readyz: %r' % daemon.health('/readyz')) from None
        say('/readyz says ready after %d ms: it has its service token, which lives %d s only, for renewals to be seen' % (
            (time.monotonic() - begin) * 1000, SERVICE_LIFE))
        eventually(lambda: 'no service token' not in daemon.notify.values('STATUS')[-1], 'a STATUS with the token', 20)
        more('STATUS=%s' % daemon.notify.values('STATUS')[-1])

    # The work

    def _make_volume(self, cloud):
        self._tenant = tenant = cloud.new_tenant('demo')
        say('project and user %s: a volume with random bytes' % tenant.user)
        volume = tenant.new_volume('data slow-backup:%d slow-restore:%d' % (SLOW, SLOW))
        checksum = tenant.checksum(volume)
        more('%s, SHA-256 %s…' % (volume, checksum[:16]))
        more('(by its name the test cloud knows that its backup and restore shall take %d s longer)' % SLOW)
        return volume, checksum

    def _protect(self, karbor, volume):
        plan = karbor.new_plan(volume, name='nightly')
        say('POST /v1/…/plans: plan %s' % plan)
        before = self._things()
        token = self._short_token('protect')
        checkpoint = karbor.protect(plan, token)
        say('POST /v1/…/checkpoints: protect is queued, checkpoint %s' % checkpoint)
        log = Watch(self._daemon, karbor, 'protect', token, before, checkpoint_id=checkpoint).wait('available')
        self._tell_end('the checkpoint is available', log, token)
        return checkpoint

    def _restore(self, karbor, checkpoint):
        before = self._things()
        token = self._short_token('restore')
        restore = karbor.restore(checkpoint, token)
        say('POST /v1/…/restores: restore %s is queued' % restore)
        log = Watch(self._daemon, karbor, 'restore', token, before, restore_id=restore).wait('success')
        self._tell_end('the restore is a success', log, token)
        [resource] = karbor.show('restore', restore)['resources_status']
        kind, _, restored = resource.partition('#')
        assert kind == VOLUME, 'restored as %s' % resource
        return restored

    def _short_token(self, kind):
        token = self._tenant.token(ttl=LIFE)
        say('the user\'s token for the %s: issued by Keystone for %d s, expires at %s' % (
            kind, token.expires - token.issued, clock(token.expires)))
        return token

    def _tell_end(self, what, log, token):
        late = seconds_of(log['ended_at']) - token.expires
        assert late > 0, 'it ended before the user\'s token expired: that shows nothing'
        say('%s, %d s after the user\'s token expired (beside a service token it would do until %s)' % (
            what, late, log['extra_info']['acceptable_until']))

    def _things(self):
        return {thing for _, thing in self._tenant.things()}

    # The end

    def daemon_log(self):
        return self._daemon.log() if self._daemon else ''

    def stop(self, removes_project):
        """Ends what was started; the cloud stays."""
        if self._up is not None:
            self._up.terminate()
            self._up.wait()
        if self._daemon is not None and self._daemon.runs:
            try:
                status, seconds = self._daemon.stop()
                say('SIGTERM: the daemon ended with exit status %d after %d ms' % (status, seconds * 1000))
            except AssertionError as error:
                say(str(error).split('\n')[0])
        elif self._daemon is not None:
            self._daemon.kill()     # it has ended by itself; this closes what belongs to it
        if self._keystone is not None:
            self._keystone.close()
        if self._tenant is not None and removes_project:
            self._tenant.remove()
            say('project %s and its volumes are removed' % self._tenant.user)
        elif self._tenant is not None:
            say('project %s is left in the cloud as it is' % self._tenant.user)
        if self._keystone is not None:
            say('the cloud stays up for the next run (%s stops it)' % os.path.relpath(UP.with_name('down')))
