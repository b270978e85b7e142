"""Whatever a client sends, the answer is a clear 4xx in Karbor's error form, and nothing is written."""
import json
import uuid

import pytest

from harness.daemon import INFRA, NOOP
from harness.karbor import VOLUME, Karbor, unknown

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

# name: (method, path, body, statuses). {plan} and {checkpoint} stand for a plan and a checkpoint that exist.
CASES = {
    # not even a body
    'no body': ('POST', PLANS, None, 400),
    'cut JSON': ('POST', PLANS, b'{"plan": ', 400),
    'no UTF-8': ('POST', PLANS, b'{"plan": {"name": "\xff\xfe"}}', 400),
    'an array': ('POST', PLANS, [], 400),
    'a number': ('POST', PLANS, 7, 400),
    'null': ('POST', PLANS, b'null', 400),
    'an empty object': ('POST', PLANS, {}, 400),
    'the wrong key': ('POST', PLANS, {'plans': {}}, 400),
    'a plan that is text': ('POST', PLANS, {'plan': 'plan'}, 400),
    'a plan that is null': ('POST', PLANS, {'plan': None}, 400),
    'null character': ('POST', PLANS, plan(name='a\0b'), 400),
    'ten MiB': ('POST', PLANS, b'{"plan": {"name": "' + b'x' * (10 << 20) + b'"}}', (400, 413)),
    'ten MiB of lists': ('POST', PLANS, b'[' * (10 << 20), (400, 413)),
    'deep lists': ('POST', PLANS, b'{"plan":' + b'[' * 50000 + b']' * 50000 + b'}', (400, 413)),
    'text after the JSON': ('POST', PLANS, b'{"plan": {}} }', 400),

    # plans
    'plan without provider': ('POST', PLANS, plan(provider_id=...), 400),
    'plan with a provider that is no uuid': ('POST', PLANS, plan(provider_id='nope'), 400),
    'plan with an unknown provider': ('POST', PLANS, plan(provider_id=SOME), 400),
    'plan with a provider that is a number': ('POST', PLANS, plan(provider_id=5), 400),
    'plan without parameters': ('POST', PLANS, plan(parameters=...), 400),
    'plan with parameters that are null': ('POST', PLANS, plan(parameters=None), 400),
    'plan with parameters that are a list': ('POST', PLANS, plan(parameters=[]), 400),
    'plan with parameters that are text': ('POST', PLANS, plan(parameters={VOLUME: 'fast'}), 400),
    'plan with parameters of an unknown type': ('POST', PLANS, plan(parameters={'OS::No::Such': {}}), 400),
    'plan with an unknown parameter': (
        'POST', PLANS, plan(provider_id=INFRA, parameters={VOLUME: {'no_such': 'x'}}), 400),
    'plan with parameters of a bad id': ('POST', PLANS, plan(provider_id=INFRA, parameters={VOLUME + '#5': {}}), 400),
    'plan without resources': ('POST', PLANS, plan(resources=...), 400),
    'plan with no resource': ('POST', PLANS, plan(resources=[]), 400),
    'plan with resources that are an object': ('POST', PLANS, plan(resources={}), 400),
    'plan with a resource that is text': ('POST', PLANS, plan(resources=['x']), 400),
    'resource without id': ('POST', PLANS, resource(id=...), 400),
    'resource without type': ('POST', PLANS, resource(type=...), 400),
    'resource without name': ('POST', PLANS, resource(name=...), 400),
    'resource with a number for an id': ('POST', PLANS, resource(id=5), 400),
    'resource of an unknown type': ('POST', PLANS, resource(type='OS::No::Such'), 400),
    'resource of a type that the provider does not have': (
        'POST', PLANS, plan(provider_id=INFRA, resources=[{'id': SOME, 'type': 'OS::Nova::Server', 'name': 's'}]), 400),
    'plan with a name that is null': ('POST', PLANS, plan(name=None), 400),
    'plan with a blank name': ('POST', PLANS, plan(name='  '), 400),
    'plan with a long name': ('POST', PLANS, plan(name='x' * 256), 400),
    'plan with a name that is a number': ('POST', PLANS, plan(name=3), 400),
    'plan with a long description': ('POST', PLANS, plan(description='x' * 256), 400),
    'plan with an unknown field': ('POST', PLANS, plan(owner='me'), 400),
    'plan with a bad id': ('GET', PLANS + '/nope', None, 400),
    'plan that does not exist': ('GET', PLANS + '/' + SOME, None, 404),
    'delete a plan that does not exist': ('DELETE', PLANS + '/' + SOME, None, 404),
    'update a plan that does not exist': ('PUT', PLANS + '/' + SOME, {'plan': {'name': 'x'}}, 404),
    'update the parameters of a plan': ('PUT', PLANS + '/{plan}', {'plan': {'parameters': {}}}, 400),
    'update with a blank name': ('PUT', PLANS + '/{plan}', {'plan': {'name': ''}}, 400),
    'update with no resource': ('PUT', PLANS + '/{plan}', {'plan': {'resources': []}}, 400),
    'update with an unknown status': ('PUT', PLANS + '/{plan}', {'plan': {'status': 'asleep'}}, 400),

    # lists
    'limit 0': ('GET', PLANS + '?limit=0', None, 400),
    'limit below 0': ('GET', PLANS + '?limit=-1', None, 400),
    'limit that is no number': ('GET', PLANS + '?limit=many', None, 400),
    'offset below 0': ('GET', PLANS + '?offset=-1', None, 400),
    'a direction that is none': ('GET', PLANS + '?sort=name:sideways', None, 400),
    'both kinds of sorting': ('GET', PLANS + '?sort=name&sort_key=id', None, 400),

    # checkpoints
    'checkpoint without plan': ('POST', CHECKPOINTS, checkpoint(plan_id=...), 400),
    'checkpoint of a bad plan id': ('POST', CHECKPOINTS, checkpoint(plan_id='nope'), 400),
    'checkpoint of an unknown plan': ('POST', CHECKPOINTS, checkpoint(plan_id=SOME), 404),
    'checkpoint with an unknown field': ('POST', CHECKPOINTS, checkpoint(owner='me'), 400),
    'checkpoint with extra-info that is a list': ('POST', CHECKPOINTS, checkpoint(**{'extra-info': []}), 400),
    'checkpoint with extra-info of objects': ('POST', CHECKPOINTS, checkpoint(**{'extra-info': {'a': {}}}), 400),
    'checkpoint at the wrong provider': ('POST', '/providers/%s/checkpoints' % INFRA, checkpoint(), 400),
    'checkpoint at an unknown provider': ('POST', '/providers/%s/checkpoints' % SOME, checkpoint(), (400, 404)),
    'checkpoint at a bad provider id': ('POST', '/providers/nope/checkpoints', checkpoint(), (400, 404)),
    'checkpoint without the key': ('POST', CHECKPOINTS, {'plan_id': SOME}, 400),
    'checkpoint that does not exist': ('GET', CHECKPOINTS + '/' + SOME, None, 404),
    'checkpoint with a bad id': ('GET', CHECKPOINTS + '/nope', None, 400),
    'checkpoint that leads out of the bank': ('GET', CHECKPOINTS + '/..%2F..%2Fetc', None, (400, 404)),
    'delete a checkpoint that does not exist': ('DELETE', CHECKPOINTS + '/' + SOME, None, 404),
    'reset to an unknown state': (
        'PUT', CHECKPOINTS + '/{checkpoint}', {'os-resetState': {'state': 'wonderful'}}, 400),
    'reset without a state': ('PUT', CHECKPOINTS + '/{checkpoint}', {'os-resetState': {}}, 400),
    'reset a checkpoint that does not exist': (
        'PUT', CHECKPOINTS + '/' + SOME, {'os-resetState': {'state': 'error'}}, 404),
    'an action that is none': ('PUT', CHECKPOINTS + '/{checkpoint}', {'os-resetEverything': {}}, 400),

    # restores and verifications
    'restore without provider': ('POST', RESTORES, restore(provider_id=...), 400),
    'restore at an unknown provider': ('POST', RESTORES, restore(provider_id=SOME), (400, 404)),
    'restore at a bad provider id': ('POST', RESTORES, restore(provider_id='nope'), 400),
    'restore without checkpoint': ('POST', RESTORES, restore(checkpoint_id=...), 400),
    'restore of a bad checkpoint id': ('POST', RESTORES, restore(checkpoint_id='nope'), 400),
    'restore of an unknown checkpoint': ('POST', RESTORES, restore(), 404),
    'restore without parameters': ('POST', RESTORES, restore(parameters=...), 400),
    'restore with parameters that are text': ('POST', RESTORES, restore(parameters='x'), 400),
    'restore with an unknown field': ('POST', RESTORES, restore(where='here'), 400),
    'restore with parameters of an unknown type': (
        'POST', RESTORES, restore(checkpoint_id='{checkpoint}', parameters={'OS::No::Such': {'a': 'b'}}), 400),
    'restore with parameters of a bad id': (
        'POST', RESTORES,
        restore(checkpoint_id='{checkpoint}', parameters={VOLUME + '#5': {'restore_name': 'b'}}), 400),
    'restore that does not exist': ('GET', RESTORES + '/' + SOME, None, 404),
    'restore with a bad id': ('GET', RESTORES + '/nope', None, 400),
    'verification of an unknown checkpoint': ('POST', VERIFICATIONS, restore('verification'), 404),
    'verification without checkpoint': ('POST', VERIFICATIONS, restore('verification', checkpoint_id=...), 400),
    'verification that does not exist': ('GET', VERIFICATIONS + '/' + SOME, None, 404),
    'log that does not exist': ('GET', '/operation_logs/' + SOME, None, 404),

    # the rest
    'provider that does not exist': ('GET', '/providers/' + SOME, None, 404),
    'provider with a bad id': ('GET', '/providers/nope', None, 400),
    'an unknown protectable type': ('GET', '/protectables/OS::No::Such', None, 400),
    'instances of an unknown type': ('GET', '/protectables/OS::No::Such/instances', None, 400),
    'instances of a type without a client': ('GET', '/protectables/OS::Nova::Server/instances', None, 501),
    'an instance that does not exist': ('GET', '/protectables/%s/instances/%s' % (VOLUME, SOME), None, 404),
    'quotas set by a member': ('PUT', '/quotas/' + SOME, {'quota': {'plans': 5}}, 403),
    'quota classes set by a member': ('PUT', '/quota_classes/default', {'quota_class': {'plans': 5}}, 403),
    'services listed by a member': ('GET', '/os-services', None, 403),
    'an unknown route': ('GET', '/nothing', None, 404),
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
        before = karbor.counts()
        yield karbor
        assert karbor.counts() == before, 'all in all nothing was written'
    finally:
        daemon.kill()
        tenant.remove()


def rows(karbor, path):
    """What a request to this path could have written: the rows of its collection, and the operations'."""
    lists = [which for which in (PLANS, RESTORES, VERIFICATIONS, CHECKPOINTS) if path.startswith(which)]
    return [[row['id'] for row in next(iter(karbor.call('GET', which).expect(200).values()))]
            for which in [*lists, '/operation_logs']]


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
    before = method != 'GET' and rows(stage, path)
    answer = stage.call(method, filled(path), body)
    statuses = statuses if isinstance(statuses, tuple) else (statuses,)
    answer.expect(*statuses)
    has_error_form(answer, answer.status)
    assert (method != 'GET' and rows(stage, path)) == before, 'nothing is written'
    assert stage.daemon.runs


@pytest.mark.parametrize('kind', ['text/plain', 'application/xml', None])
def test_a_body_of_another_type_is_refused(stage, kind):
    answer = stage.call('POST', '/plans', json.dumps(plan()).encode(), headers={'Content-Type': kind})
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
