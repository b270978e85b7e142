"""The daemon's own credential, and a Keystone that is not there."""
import re

from harness.http import eventually
from harness.karbor import Karbor


def speaks_of_it(daemon, pattern):
    """STATUS, log and health: an operator who looks at any of them learns of it."""
    eventually(lambda: any(re.search(pattern, line, re.I) for line in daemon.notify.values('STATUS')), 'STATUS says so')
    assert re.search(pattern, daemon.log(), re.I), 'the log says so'
    answers = [daemon.health('/healthz'), daemon.health('/readyz')]
    assert any(answer.status == 503 for answer in answers), answers
    assert any(re.search(pattern, answer.data.decode(), re.I) for answer in answers), answers


def unavailable(karbor):
    assert 'serviceUnavailable' in karbor.call('GET', '/plans').expect(503)


def works(karbor):
    eventually(lambda: karbor.call('GET', '/plans').status == 200, 'works again')
    eventually(lambda: karbor.daemon.health('/readyz').status == 200, 'is ready again')
    volume = karbor.tenant.new_volume()
    karbor.wait_checkpoint(karbor.protect(karbor.new_plan(volume)), 'available')


def test_the_service_users_password_is_wrong_until_keystone_learns_it(cloud, new_daemon, tenant):
    user, number = cloud.new_service_user('another one')
    try:
        karbor = Karbor(new_daemon(username=user, password='the right one').start(), tenant)
        speaks_of_it(karbor.daemon, 'service|keystone|credential|401')
        unavailable(karbor)
        assert 'the right one' not in karbor.daemon.log(), 'a password is not logged'
        cloud.set_password(number, 'the right one')
        works(karbor)
    finally:
        cloud.delete_user(number)


def test_keystone_is_down_at_the_start(new_daemon, tenant, keystone_proxy):
    tenant.long_token       # while there is nobody to refuse it
    keystone_proxy.close()
    karbor = Karbor(new_daemon(auth_url=keystone_proxy.url).start(), tenant)
    speaks_of_it(karbor.daemon, 'keystone')
    unavailable(karbor)
    keystone_proxy.open()
    works(karbor)


def test_keystone_is_away_for_some_seconds_in_the_middle(new_daemon, tenant, keystone_proxy):
    karbor = Karbor(new_daemon(auth_url=keystone_proxy.url).start(), tenant)
    volume = tenant.new_volume('slow-backup:6')
    checkpoint = karbor.protect(karbor.new_plan(volume))
    eventually(lambda: tenant.ids('backup'), 'the backup is being made')
    keystone_proxy.close()
    # Cinder asks Keystone itself, so what is away is only the daemon's way to it.
    eventually(lambda: tenant.all('backup')[0]['status'] == 'available', 'the backup is made')
    keystone_proxy.open()
    karbor.wait_checkpoint(checkpoint, 'available')
    assert len(tenant.ids('backup')) == 1 and not tenant.ids('snapshot')


def test_a_service_user_without_the_service_role_is_a_loud_warning(new_daemon):
    daemon = new_daemon(username='noservice').start()
    loud = re.compile(r'(WARN|ERROR|CRIT).*service.*\brole', re.I)
    eventually(lambda: any(loud.search(line) for line in daemon.log().splitlines()), 'a word about the missing role')


def test_no_secret_reaches_the_log(karbor, tenant, daemon):
    volume = tenant.new_volume()
    token = tenant.token(ttl=600)
    karbor.wait_checkpoint(karbor.protect(karbor.new_plan(volume), token), 'available')
    daemon.stop()
    for secret in (str(token), tenant.long_token, 'password = secret'):
        assert secret not in daemon.log()
    for file in (daemon.folder / 'state').rglob('*'):
        if file.is_file():
            assert str(token).encode() not in file.read_bytes(), 'the token is in clear in %s' % file
