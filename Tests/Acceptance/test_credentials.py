"""The daemon's own credential, and a Keystone that is not there."""
import re
import uuid

from harness.daemon import INFRA
from harness.http import eventually
from harness.karbor import Karbor


def speaks_of_it(daemon, reason):
    """STATUS and log give the reason, and readiness names what is not there; the process itself is well."""
    eventually(lambda: any(reason in value for value in daemon.notify.values('STATUS')), 'STATUS says so')
    assert any(reason in line and ' WARNING ' in line for line in daemon.log().splitlines()), 'the log says so'
    reasons = daemon.health('/readyz').expect(503)['reasons']
    assert [told['component'] for told in reasons] == ['keystone'], reasons
    daemon.health('/healthz').expect(200)


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
        speaks_of_it(karbor.daemon, 'Keystone refuses the credential')
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
    speaks_of_it(karbor.daemon, 'Keystone does not answer')
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


def files_with(folder, secrets):
    """{file: what it has of them in clear}, but for the configuration, in which the password stands."""
    found = {}
    for file in folder.rglob('*'):
        if file.is_file() and file.name != 'karbor.conf':
            data = file.read_bytes()
            if names := [name for name, secret in secrets.items() if secret.encode() in data]:
                found[file.name] = names
    return found


def test_no_secret_is_in_a_log_a_file_or_an_answer(cloud, new_daemon, tenant, cinder_proxy):
    password = 'open-sesame-%s' % uuid.uuid4().hex
    user, number = cloud.new_service_user(password)
    try:
        daemon = new_daemon(username=user, password=password, cinder_url=cinder_proxy.url)
        karbor = Karbor(daemon.start(), tenant)
        volume = tenant.new_volume('slow-backup:4')
        token = tenant.token(ttl=600)
        secrets = {'the password': password, "the caller's token": str(token), "the tenant's token": tenant.long_token}
        checkpoint = karbor.protect(karbor.new_plan(volume), token)
        eventually(lambda: tenant.ids('backup'), 'the backup is being made')

        own = {request.service_token for request in cinder_proxy.requests('POST', '/backups')}
        assert len(own) == 1 and None not in own, 'the daemon sends a token of its own'
        secrets["the daemon's token"] = own.pop()
        assert secrets["the caller's token"] in {request.token for request in cinder_proxy.requests()}

        def nothing_is_told():
            # State (with the database's -wal), bank and log, and what the API has to say.
            assert not files_with(daemon.folder, secrets)
            for path in ('/plans', '/operation_logs', '/providers/%s/checkpoints/%s' % (INFRA, checkpoint)):
                answer = karbor.call('GET', path)
                answer.expect(200)
                told = '%s %s' % (answer.headers, answer.data.decode())
                assert not [name for name, secret in secrets.items() if secret in told], told
            for path in ('/healthz', '/readyz'):
                told = daemon.health(path).data.decode()
                assert not [name for name, secret in secrets.items() if secret in told], told
            told = ' '.join(daemon.notify.values('STATUS'))
            assert not [name for name, secret in secrets.items() if secret in told], told

        assert karbor.checkpoint(checkpoint)['status'] == 'protecting', 'the operation needs its tokens still'
        nothing_is_told()
        assert karbor.checkpoint(checkpoint)['status'] == 'protecting', 'it was looked at in the middle'
        karbor.wait_checkpoint(checkpoint, 'available')
        nothing_is_told()
        assert daemon.stop()[0] == 0
        assert not files_with(daemon.folder, secrets)
    finally:
        cloud.delete_user(number)
