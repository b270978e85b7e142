"""Whatever a client sends, the answer is a clear 4xx in Karbor's error form, and nothing is written."""
import json
import uuid

import pytest

from harness.daemon import INFRA, NOOP
from harness.karbor import COLLECTIONS, VOLUME, Karbor, unknown

# One daemon for all of them: side by side only with other files' tests.
pytestmark = pytest.mark.xdist_group('bad input')

NAMES = {400: 'badRequest', 403: 'forbidden', 404: 'itemNotFound', 405: 'badMethod', 409: 'conflictingRequest',
         413: 'overLimit', 415: 'badMediaType', 501: 'notImplemented'}
SOME = str(uuid.uuid4())


def plan(**changes):
    """A good plan with changes; a change to ... leaves the field out."""
    body = {
        'name': 'plan', 'description': None, 'provider_id': NOOP, 'parameters': {},
        'resources': [{'id': SOME, 'type': VOLUME, 'name': 'data'}], **changes}
    return {'plan': {name: value for name, value in body.items() if value is not ...}}


def resource(**changes):
    body = {'id': SOME, 'type': VOLUME, 'name': 'data', **changes}
    return plan(resources=[{name: value for name, value in body.items() if value is not ...}])


def restore(kind='restore', **changes):
    body = {'provider_id': NOOP, 'checkpoint_id': SOME, 'parameters': {}, **changes}
    return {kind: {name: value for name, value in body.items() if value is not ...}}


def checkpoint(**changes):
    body = {'plan_id': '{plan}', **changes}
    return {'checkpoint': {name: value for name, value in body.items() if value is not ...}}


PLANS, RESTORES, VERIFICATIONS = '/plans', '/restores', '/verifications'
CHECKPOINTS = '/providers/%s/checkpoints' % NOOP

# What needs the daemon as a whole: its limits on real sockets, its real store, bank, schemas and Keystone, and of each
# collection one of each kind of fault. All the spellings of bad input are in Tests/APITests.
#
# name: (method, path, body, statuses). {plan} and {checkpoint} stand for a plan and a checkpoint that exist.
CASES = {
    # not even a body
    'no body': ('POST', PLANS, None, 400),
    'cut JSON': ('POST', PLANS, b'{"plan": ', 400),
    'no UTF-8': ('POST', PLANS, b'{"plan": {"name": "\xff\xfe"}}', 400),
    'null character': ('POST', PLANS, plan(name='a\0b'), 400),
    'ten MiB': ('POST', PLANS, b'{"plan": {"name": "' + b'x' * (10 << 20) + b'"}}', 413),
    'ten MiB of lists': ('POST', PLANS, b'[' * (10 << 20), 413),
    'deep lists': ('POST', PLANS, b'{"plan":' + b'[' * 50000 + b']' * 50000 + b'}', 400),

    # plans
    'plan without provider': ('POST', PLANS, plan(provider_id=...), 400),
    'plan with an unknown provider': ('POST', PLANS, plan(provider_id=SOME), 400),
    'plan with an unknown parameter': (
        'POST', PLANS, plan(provider_id=INFRA, parameters={VOLUME: {'no_such': 'x'}}), 400),
    'plan with resources that are an object': ('POST', PLANS, plan(resources={}), 400),
    'resource of a type that the provider does not have': (
        'POST', PLANS, plan(provider_id=INFRA, resources=[{'id': SOME, 'type': 'OS::Nova::Server', 'name': 's'}]), 400),
    'plan with a long name': ('POST', PLANS, plan(name='x' * 256), 400),
    'plan with a long description': ('POST', PLANS, plan(description='x' * 256), 400),
    'plan with an unknown field': ('POST', PLANS, plan(owner='me'), 400),
    'plan with a bad id': ('GET', PLANS + '/nope', None, 400),
    'plan that does not exist': ('GET', PLANS + '/' + SOME, None, 404),
    'delete a plan that does not exist': ('DELETE', PLANS + '/' + SOME, None, 404),
    'update a plan that does not exist': ('PUT', PLANS + '/' + SOME, {'plan': {'name': 'x'}}, 404),
    'update one good field and a bad one': ('PUT', PLANS + '/{plan}', {'plan': {'name': 'x', 'resources': []}}, 400),
    'a list that is sorted in no direction': ('GET', PLANS + '?sort=name:sideways', None, 400),

    # checkpoints
    'checkpoint without plan': ('POST', CHECKPOINTS, checkpoint(plan_id=...), 400),
    'checkpoint of an unknown plan': ('POST', CHECKPOINTS, checkpoint(plan_id=SOME), 404),
    'checkpoint with an unknown field': ('POST', CHECKPOINTS, checkpoint(owner='me'), 400),
    'checkpoint with extra-info that is a list': ('POST', CHECKPOINTS, checkpoint(**{'extra-info': []}), 400),
    'checkpoint at the wrong provider': ('POST', '/providers/%s/checkpoints' % INFRA, checkpoint(), 400),
    'checkpoint at an unknown provider': ('POST', '/providers/%s/checkpoints' % SOME, checkpoint(), (400, 404)),
    'checkpoint with a bad id': ('GET', CHECKPOINTS + '/nope', None, 400),
    'checkpoint that leads out of the bank': ('GET', CHECKPOINTS + '/..%2F..%2Fetc', None, (400, 404)),
    'checkpoint that does not exist': ('GET', CHECKPOINTS + '/' + SOME, None, 404),
    'delete a checkpoint that does not exist': ('DELETE', CHECKPOINTS + '/' + SOME, None, 404),
    'reset a checkpoint that does not exist': (
        'PUT', CHECKPOINTS + '/' + SOME, {'os-resetState': {'state': 'error'}}, 404),
    'reset to an unknown state': (
        'PUT', CHECKPOINTS + '/{checkpoint}', {'os-resetState': {'state': 'wonderful'}}, 400),

    # restores and verifications
    'restore without checkpoint': ('POST', RESTORES, restore(checkpoint_id=...), 400),
    'restore of an unknown checkpoint': ('POST', RESTORES, restore(), 404),
    'restore at an unknown provider': ('POST', RESTORES, restore(provider_id=SOME), (400, 404)),
    'restore with parameters that are text': ('POST', RESTORES, restore(parameters='x'), 400),
    'restore with parameters of an unknown type': (
        'POST', RESTORES, restore(checkpoint_id='{checkpoint}', parameters={'OS::No::Such': {'a': 'b'}}), 400),
    'restore with an unknown field': ('POST', RESTORES, restore(where='here'), 400),
    'restore with a bad id': ('GET', RESTORES + '/nope', None, 400),
    'restore that does not exist': ('GET', RESTORES + '/' + SOME, None, 404),
    'verification without checkpoint': ('POST', VERIFICATIONS, restore('verification', checkpoint_id=...), 400),
    'verification of an unknown checkpoint': ('POST', VERIFICATIONS, restore('verification'), 404),
    'verification that does not exist': ('GET', VERIFICATIONS + '/' + SOME, None, 404),

    # the rest
    'log that does not exist': ('GET', '/operation_logs/' + SOME, None, 404),
    'provider that does not exist': ('GET', '/providers/' + SOME, None, 404),
    'instances of a type without a client': ('GET', '/protectables/OS::Nova::Server/instances', None, 501),
    'an instance that does not exist': ('GET', '/protectables/%s/instances/%s' % (VOLUME, SOME), None, 404),
    'quota classes set by a member': ('PUT', '/quota_classes/default', {'quota_class': {'plans': 5}}, 403),
    'a method that the route does not have': ('DELETE', '/providers/' + NOOP, None, (404, 405)),
}


@pytest.fixture(scope='module')
def stage(cloud, tmp_path_factory):
    """One daemon, one project, one plan and one checkpoint for all cases: none of them may change anything."""
    from harness.daemon import Daemon
    tenant = cloud.new_tenant('bad-input')
    daemon = Daemon(cloud, tmp_path_factory.mktemp('bad'))
    try:
        karbor = Karbor(daemon.start(), tenant)
        karbor.plan = karbor.new_plan(SOME, provider=NOOP)
        karbor.made = karbor.protect(karbor.plan, provider=NOOP)
        karbor.wait_checkpoint(karbor.made, 'available', provider=NOOP)
        karbor.log('protect', checkpoint_id=karbor.made)
        karbor.before = karbor.rows(*COLLECTIONS)
        yield karbor
        assert karbor.rows(*COLLECTIONS) == karbor.before, 'all in all nothing was written'
    finally:
        daemon.kill()
        tenant.remove()


def writable(path):
    """The collections into which a request to this path could have written."""
    return [which for which in COLLECTIONS if path.startswith(which)] + ['/operation_logs']


def has_error_form(answer, status):
    """{"badRequest": {"code": 400, "message": "…"}}"""
    body = answer.expect(status)
    [(name, error)] = body.items()
    assert name == NAMES[status] and error['code'] == status and error['message'], body


@pytest.mark.parametrize('case', CASES)
def test_it_is_refused(stage, case):
    method, path, body, statuses = CASES[case]

    def filled(text):
        return text.replace('{plan}', stage.plan).replace('{checkpoint}', stage.made)

    if body is not None and not isinstance(body, bytes):
        body = filled(json.dumps(body)).encode()
    answer = stage.call(method, filled(path), body)
    statuses = statuses if isinstance(statuses, tuple) else (statuses,)
    answer.expect(*statuses)
    has_error_form(answer, answer.status)
    if method != 'GET':
        after = stage.rows(*writable(path))
        assert after == {which: stage.before[which] for which in after}, 'nothing is written'
    assert stage.daemon.runs


def test_a_body_without_a_type_is_refused(stage):
    answer = stage.call('POST', '/plans', json.dumps(plan()).encode(), headers={'Content-Type': None})
    answer.expect(400, 415)
    has_error_form(answer, answer.status)


@pytest.mark.parametrize('token', ['', 'nonsense', 'x' * 5000, 'gAAAAABlines'], ids=['none', 'bad', 'long', 'forged'])
def test_no_token_or_a_bad_one_is_401_as_of_keystonemiddleware(stage, token):
    answer = stage.call('GET', '/plans', token=token)
    assert answer.expect(401)['error']['code'] == 401
    assert answer.headers['WWW-Authenticate'].startswith('Keystone uri=')


def test_another_projects_path_is_a_malformed_url(stage):
    answer = stage.call('GET', '/plans', project=unknown().replace('-', ''))
    assert answer.expect(400)['badRequest']['message'] == 'Malformed request url'


def test_the_quota_of_plans_is_enforced(cloud, daemon, tenant, karbor):
    admin = Karbor(daemon, tenant)
    quota = {'quota': {'plans': 1}}
    admin.call('PUT', '/quotas/' + tenant.project_id, quota, token=cloud.admin_token,
               project=cloud.facts['projects']['admin']).expect(200)
    karbor.new_plan(SOME, provider=NOOP)
    answer = karbor.call('POST', '/plans', karbor.plan_body([SOME], provider=NOOP))
    has_error_form(answer, 413)
    assert len(karbor.call('GET', '/plans').expect(200)['plans']) == 1
