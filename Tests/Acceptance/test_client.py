"""python-karborclient 2.1.0 works unmodified, from the command line, in both of its ways to talk to the service."""
import json
import uuid

import pytest

from harness import client
from harness.daemon import INFRA, NOOP
from harness.karbor import VOLUME, Karbor, unknown


@pytest.fixture(scope='session')
def python(cloud):
    return client.install(cloud.folder)


@pytest.fixture
def region(cloud, daemon):
    """The client finds the service in the catalogue: there this daemon stands in a region of its own."""
    name = 'region-' + uuid.uuid4().hex[:8]
    cloud.keystone('POST', '/regions', {'region': {'id': name}}).expect(201)
    service = cloud.keystone('GET', '/services?type=data-protect').expect(200)['services'][0]['id']
    endpoint = cloud.keystone('POST', '/endpoints', {'endpoint': {
        'service_id': service, 'interface': 'public', 'region_id': name,
        'url': daemon.url + '/v1/$(project_id)s'}}).expect(201)['endpoint']['id']
    yield name
    cloud.keystone('DELETE', '/endpoints/' + endpoint)
    cloud.keystone('DELETE', '/regions/' + name)


@pytest.fixture
def run(cloud, python, region, tenant):
    line = client.CommandLine(python, {
        'OS_AUTH_URL': cloud.auth_url, 'OS_USERNAME': tenant.user, 'OS_PASSWORD': tenant.password,
        'OS_PROJECT_ID': tenant.project_id, 'OS_USER_DOMAIN_ID': 'default', 'OS_PROJECT_DOMAIN_ID': 'default',
        'OS_REGION_NAME': region})
    yield line
    line.close()


def test_the_way_of_a_volume_by_command_line(run, karbor, tenant):
    volume = tenant.new_volume()
    before = tenant.checksum(volume)

    assert {INFRA, NOOP} <= set(run('provider-list').rows())
    assert run('provider-show', INFRA)['name'] == 'OS Infra Provider'
    assert VOLUME in run('protectable-list').rows()
    assert run('protectable-show', VOLUME)['name'] == VOLUME
    assert run('protectable-list-instances', VOLUME).rows() == [volume]
    assert run('protectable-show-instance', VOLUME, volume)['id'] == volume

    plan = run('plan-create', 'nightly', INFRA, '%s=%s=data' % (volume, VOLUME), '--description', 'by hand',
               '--parameters', 'resource_type=%s,backup_mode=full,backup_name=by-hand' % VOLUME)['id']
    assert json.loads(run('plan-show', plan)['parameters']) == {
        VOLUME: {'backup_mode': 'full', 'backup_name': 'by-hand'}}
    assert run('plan-update', plan, '--name', 'weekly')['name'] == 'weekly'
    assert run('plan-list', '--name', 'weekly', '--limit', 5, '--sort', 'created_at:desc').rows() == [plan]

    checkpoint = run('checkpoint-create', INFRA, plan, '--extra_info', 'asked-by=me')['id']
    assert run('checkpoint-show', INFRA, checkpoint)['id'] == checkpoint, 'also with the progress that Karbor has not'
    karbor.wait_checkpoint(checkpoint, 'available')
    shown = run('checkpoint-show', INFRA, checkpoint)
    assert shown['status'] == 'available' and 'asked-by' in shown['extra_info']
    assert run('checkpoint-list', INFRA, '--plan_id', plan).rows()[0] == checkpoint
    assert tenant.all('backup')[0]['name'] == 'by-hand'
    run('checkpoint-reset-state', INFRA, checkpoint)
    assert run('checkpoint-show', INFRA, checkpoint)['status'] == 'error'
    run('checkpoint-reset-state', INFRA, checkpoint, '--available')

    restore = run('restore-create', INFRA, checkpoint, '--parameters',
                  'resource_type=%s,resource_id=%s,restore_name=back' % (VOLUME, volume))['id']
    karbor.wait_restore(restore)
    assert run('restore-show', restore)['status'] == 'success'
    assert run('restore-list').rows()[0] == restore
    [restored] = tenant.ids('volume') - {volume}
    assert tenant.checksum(restored) == before

    verification = run('verification-create', INFRA, checkpoint)['id']
    karbor.wait_verification(verification)
    assert run('verification-show', verification)['status'] == 'success'
    assert run('verification-list').rows()[0] == verification

    logs = run('operationlog-list').rows()
    assert len(logs) == 3
    assert run('operationlog-show', logs[0])['id'] == logs[0]

    run('checkpoint-delete', INFRA, checkpoint)
    karbor.wait_checkpoint(checkpoint, 'deleted')
    assert run('checkpoint-show', INFRA, checkpoint)['status'] == 'deleted'
    run('plan-delete', plan)
    assert run('plan-list').rows() == []


def test_quotas_and_services_by_command_line(cloud, python, region, run, tenant):
    assert run('quota-show')['plans'] == '50'
    assert run('quota-defaults')['plans'] == '50'
    assert 'limit' in run('quota-show', '--detail')['plans']
    run('quota-class-show', 'default')
    assert run.try_it('quota-update', tenant.project_id, '--plans', 7)[1].startswith('Forbidden')
    assert run.try_it('service-list')[1].startswith('Forbidden')
    admin = client.CommandLine(python, {
        'OS_AUTH_URL': cloud.auth_url, 'OS_USERNAME': 'admin', 'OS_PASSWORD': cloud.facts['users']['admin']['password'],
        'OS_PROJECT_NAME': 'admin', 'OS_USER_DOMAIN_ID': 'default', 'OS_PROJECT_DOMAIN_ID': 'default',
        'OS_REGION_NAME': region})
    try:
        admin('quota-update', tenant.project_id, '--plans', 7)
        assert run('quota-show')['plans'] == '7'
        assert 'karbor-protection' in admin('service-list')
    finally:
        admin.close()


def test_the_client_understands_the_errors(run):
    """It picks its exception by the status, and its text from the error form."""
    for arguments, failure in (
            (('plan-show', unknown()), 'NotFound'), (('plan-show', 'nope'), 'BadRequest'),
            (('checkpoint-show', INFRA, unknown()), 'NotFound'), (('provider-show', unknown()), 'NotFound')):
        error = run.try_it(*arguments)[1]
        assert error and error.startswith(failure), (arguments, error)


def test_the_other_transport_with_a_token_and_a_url(python, daemon, tenant):
    """--os-no-client-auth: no Keystone session, requests straight to a given URL."""
    karbor = Karbor(daemon, tenant)
    plan = karbor.new_plan(unknown(), provider=NOOP)
    line = client.CommandLine(python, {
        'KARBOR_URL': '%s/v1/%s' % (daemon.url, tenant.project_id), 'OS_AUTH_TOKEN': tenant.long_token,
        'OS_NO_CLIENT_AUTH': '1'})
    try:
        assert line('--os-no-client-auth', 'plan-list').rows() == [plan]
        checkpoint = line('--os-no-client-auth', 'checkpoint-create', NOOP, plan)['id']
        karbor.wait_checkpoint(checkpoint, 'available', provider=NOOP)
        line('--os-no-client-auth', 'plan-delete', plan)
        assert karbor.call('GET', '/plans/' + plan).status == 404
    finally:
        line.close()
