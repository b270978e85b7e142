"""A client that got no answer sends its request again, by the same Idempotency-Key."""
import uuid

import pytest

from harness.daemon import INFRA
from harness.http import eventually
from harness.karbor import Karbor


@pytest.fixture
def work(new_daemon, tenant):
    return Karbor(new_daemon().start(), tenant)


def test_a_protect_that_is_sent_again_after_sigkill_is_the_same_one(work, tenant):
    plan = work.new_plan(tenant.new_volume('slow-backup:4'))
    path, body = '/providers/%s/checkpoints' % INFRA, {'checkpoint': {'plan_id': plan}}
    headers = {'Idempotency-Key': str(uuid.uuid4())}
    first = work.call('POST', path, body, headers=headers)
    checkpoint = first.expect(200)['checkpoint']['id']
    eventually(lambda: tenant.ids('snapshot'), 'it is under way')
    work.daemon.kill()
    work.daemon.start()
    again = work.call('POST', path, body, headers=headers)
    assert again.expect(200) == first.expect(200)
    assert again.headers['Idempotent-Replayed'] == 'true'
    assert 'another body' in work.call(
        'POST', path, {'checkpoint': {'plan_id': plan, 'extra-info': {}}}, headers=headers
    ).expect(409)['conflictingRequest']['message']
    work.wait_checkpoint(checkpoint, 'available')
    assert work.call('POST', path, body, headers=headers).expect(200) == first.expect(200), 'as it was then'
    assert len(tenant.ids('backup')) == 1 and len(work.rows(path)[path]) == 1
