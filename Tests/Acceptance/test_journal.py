"""Under systemd the log goes to the journal, with a field for each fact."""
import pytest

from harness.daemon import NOOP
from harness.http import eventually
from harness.journal import Journal
from harness.karbor import Karbor


@pytest.fixture
def journal(tmp_path_factory):
    return Journal(tmp_path_factory.mktemp('j'))


def test_an_operation_is_found_by_its_fields(new_daemon, tenant, journal):
    daemon = new_daemon().start(journal=journal)
    karbor = Karbor(daemon, tenant)
    volume = tenant.new_volume()
    plan = karbor.new_plan(volume, provider=NOOP)
    answer = karbor.call('POST', '/providers/%s/checkpoints' % NOOP, {'checkpoint': {'plan_id': plan}})
    checkpoint = answer.expect(200)['checkpoint']['id']
    karbor.wait_checkpoint(checkpoint, 'available', provider=NOOP)

    eventually(lambda: [entry for entry in journal.with_field('CHECKPOINT_ID', checkpoint) if entry.get('STATUS')],
               'the end of the operation is in the journal')
    told = [entry for entry in journal.with_field('CHECKPOINT_ID', checkpoint) if 'OPERATION_ID' in entry]
    assert told and len({entry['OPERATION_ID'] for entry in told}) == 1, journal.entries
    assert {entry.get('PROJECT_ID') for entry in told} == {tenant.project_id}
    assert {entry.get('REQUEST_ID') for entry in told} == {answer.headers['X-Openstack-Request-Id']}
    for entry in journal.entries:
        assert entry['SYSLOG_IDENTIFIER'] == 'karbor-protection' and entry['PRIORITY'] in '01234567'
        assert entry['MESSAGE'] and entry['LOGGER'] and entry['CODE_FILE']

    assert daemon.stop()[0] == 0
    assert journal.printed == b'', 'nothing is said twice'
    token = str(tenant.long_token)
    assert not [entry for entry in journal.entries if any(token in value for value in entry.values())]
