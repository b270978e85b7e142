"""Karbor's REST API as one tenant sees it."""
import uuid

from .daemon import INFRA, NOOP
from .http import eventually, send

VOLUME = 'OS::Cinder::Volume'
# Everything that a project can have.
COLLECTIONS = ('/plans', '/restores', '/verifications', '/operation_logs',
               '/providers/%s/checkpoints' % INFRA, '/providers/%s/checkpoints' % NOOP)
# A status after which nothing more happens by itself.
FINAL = ('available', 'error', 'deleted', 'error-deleting', 'success', 'fail')


class Karbor:

    def __init__(self, daemon, tenant):
        self.daemon = daemon
        self.tenant = tenant

    def call(self, method, path, body=None, token=None, headers=None, project=None, timeout=30):
        """`token` is the tenant's long-lived one unless the test brings another; '' sends none."""
        token = self.tenant.long_token if token is None else str(token)
        return send(method, '%s/v1/%s%s' % (self.daemon.url, project or self.tenant.project_id, path), body,
                    {'X-Auth-Token': token or None, **(headers or {})}, timeout)

    # Plans

    def plan_body(self, volumes, name='plan', provider=INFRA, parameters=None):
        return {'plan': {
            'name': name, 'description': None, 'provider_id': provider, 'parameters': parameters or {},
            'resources': [{'id': volume, 'type': VOLUME, 'name': 'data'} for volume in volumes]}}

    def new_plan(self, *volumes, **more):
        return self.call('POST', '/plans', self.plan_body(volumes, **more)).expect(200)['plan']['id']

    # Checkpoints

    def protect(self, plan, token=None, provider=INFRA, headers=None):
        body = {'checkpoint': {'plan_id': plan}}
        answer = self.call('POST', '/providers/%s/checkpoints' % provider, body, token, headers)
        return answer.expect(200)['checkpoint']['id']

    def checkpoint(self, checkpoint, provider=INFRA):
        return self.call('GET', '/providers/%s/checkpoints/%s' % (provider, checkpoint)).expect(200)['checkpoint']

    def wait_checkpoint(self, checkpoint, status, seconds=90, provider=INFRA):
        return self._wait(lambda: self.checkpoint(checkpoint, provider), 'checkpoint', status, seconds)

    def delete_checkpoint(self, checkpoint, provider=INFRA):
        return self.call('DELETE', '/providers/%s/checkpoints/%s' % (provider, checkpoint))

    # Restores and verifications

    def restore(self, checkpoint, token=None, parameters=None, headers=None):
        return self._start('restore', checkpoint, token, parameters, headers)

    def verify(self, checkpoint, token=None):
        return self._start('verification', checkpoint, token, {}, None)

    def _start(self, kind, checkpoint, token, parameters, headers):
        body = {kind: {'provider_id': INFRA, 'checkpoint_id': checkpoint, 'parameters': parameters or {}}}
        return self.call('POST', '/%ss' % kind, body, token, headers).expect(200)[kind]['id']

    def show(self, kind, number):
        return self.call('GET', '/%ss/%s' % (kind, number)).expect(200)[kind]

    def wait_restore(self, number, status='success', seconds=90):
        return self._wait(lambda: self.show('restore', number), 'restore', status, seconds)

    def wait_verification(self, number, status='success', seconds=90):
        return self._wait(lambda: self.show('verification', number), 'verification', status, seconds)

    # Logs

    def logs(self, **filters):
        query = '&'.join('%s=%s' % pair for pair in filters.items())
        return self.call('GET', '/operation_logs?' + query).expect(200)['operation_logs']

    def log(self, kind, **filters):
        """The one log of this type, when its operation has ended; kind is protect, restore, verify or delete."""
        def ended():
            found = [log for log in self.logs(**filters) if log['operation_type'] == kind]
            assert len(found) == 1, 'one %s log expected: %s' % (kind, found)
            return found[0]['ended_at'] and found[0]

        return eventually(ended, 'the %s log has an end' % kind, 15)

    def rows(self, *collections):
        """{collection: the tenant's rows}: what must not change when a request is refused."""
        return {path: next(iter(self.call('GET', path).expect(200).values())) for path in collections}

    def _wait(self, show, what, status, seconds):
        """Fails at once, with the logs' reasons, if it ends in another status than the one that is waited for."""
        found = eventually(lambda: (thing := show())['status'] in (status, *FINAL) and thing,
                           '%s %s' % (what, status), seconds, pause=0.3)
        reasons = [(log['operation_type'], log['status'], log['error_info']) for log in self.logs()]
        assert found['status'] == status, '%s is %s, expected %s: %s; logs: %s' % (
            what, found['status'], status, found, reasons)
        return found


def unknown():
    """An id that nothing has."""
    return str(uuid.uuid4())
