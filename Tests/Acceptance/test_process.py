"""The process: what it says when it starts, stops, or cannot start."""
import re
import signal
import subprocess

import pytest

from harness.daemon import binary, ini
from harness.http import eventually


def run(*arguments):
    return subprocess.run([binary(), *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=20, env={'PATH': '/usr/bin:/bin'})


def test_ready_means_that_it_answers(daemon):
    assert daemon.notify.values('READY') == ['1']
    assert daemon.health('/healthz').status == 200
    assert daemon.health('/').status == 300, 'the list of versions needs no token'


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT])
def test_it_stops_with_status_0_and_says_that_it_does(daemon, number):
    daemon.signal(number)
    assert daemon.wait(10) == 0
    assert daemon.notify.values('STOPPING') == ['1']


def test_a_missing_configuration_file_is_exit_status_2(tmp_path):
    done = run('--config-file', tmp_path / 'none.conf')
    assert done.returncode == 2 and 'none.conf' in done.stdout, done.stdout


@pytest.mark.parametrize('option, value', [
    ('osapi_karbor_listen_port', 'many'), ('osapi_karbor_listen_port', '70000'), ('debug', 'perhaps'),
    ('max_concurrent_operations', '1.5'), ('auth_strategy', 'none'),
])
def test_a_bad_value_is_exit_status_2_and_names_file_line_and_option(new_daemon, option, value):
    daemon = new_daemon(options={'DEFAULT': {option: value}})
    lines = daemon.config_file.read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text == '%s = %s' % (option, value))
    for arguments in ([], ['check-config']):
        done = run(*arguments, '--config-file', daemon.config_file)
        assert done.returncode == 2, done.stdout
        assert 'karbor.conf' in done.stdout and str(line) in done.stdout and option in done.stdout, done.stdout


def test_no_authentication_at_all_is_refused(new_daemon):
    done = run('--config-file', new_daemon(options={'DEFAULT': {'auth_strategy': 'noauth'}}).config_file)
    assert done.returncode == 2 and 'noauth' in done.stdout, done.stdout


def test_check_config_lists_what_it_does_not_know_and_accepts_it(new_daemon):
    daemon = new_daemon(options={'DEFAULT': {'no_such_option': 1}, 'no_such_group': {'some_option': 2}})
    done = run('check-config', '--config-file', daemon.config_file)
    assert done.returncode == 0, done.stdout
    assert 'no_such_option' in done.stdout and 'no_such_group' in done.stdout


def test_the_sample_is_a_configuration_that_the_daemon_accepts(tmp_path):
    sample = run('sample-config')
    assert sample.returncode == 0 and 'osapi_karbor_listen_port' in sample.stdout
    file = tmp_path / 'karbor.conf'
    # The sample has every option as a comment, and no credential: that is all that an operator has to add to it. The
    # folder of the state is made by `make install`.
    file.write_text(sample.stdout + ini({'DEFAULT': {'state_path': tmp_path}, 'service_user': {
        'auth_type': 'password', 'auth_url': 'http://127.0.0.1:5000/v3', 'username': 'karbor', 'password': 'secret',
        'project_name': 'service', 'user_domain_id': 'default', 'project_domain_id': 'default'}}))
    checked = run('check-config', '--offline', '--config-file', file)
    assert checked.returncode == 0, checked.stdout


def test_it_tells_its_version():
    done = run('version')
    assert done.returncode == 0 and re.match(r'(karbor-protection )?[0-9]+\.[0-9]+', done.stdout), done.stdout


def test_a_second_daemon_on_the_same_store_ends_and_says_why(daemon):
    done = run('--config-file', daemon.config_file)
    assert done.returncode == 1, done.stdout
    assert 'already in use by another karbor-protection (pid %d)' % daemon.pid in done.stdout, done.stdout
    assert daemon.health('/healthz').status == 200 and daemon.runs, 'the first one is well'


def test_a_reload_takes_over_level_and_credential_and_keeps_running(new_daemon):
    daemon = new_daemon(password='wrong', options={'DEFAULT': {'debug': 'false'}}).start()
    eventually(lambda: daemon.health('/readyz').status == 503, 'it has no service token')
    daemon.groups['service_user']['password'] = daemon.groups['keystone_authtoken']['password'] = 'secret'
    daemon.write_config()
    daemon.signal(signal.SIGHUP)
    eventually(lambda: daemon.health('/readyz').status == 200, 'the new password works')
    assert daemon.notify.values('RELOADING') and 'configuration reloaded' in daemon.log()

    daemon.groups['DEFAULT']['debug'] = 'perhaps'
    daemon.write_config()
    daemon.signal(signal.SIGHUP)
    eventually(lambda: 'configuration not reloaded' in daemon.log(), 'a wrong file is told')
    assert daemon.runs and daemon.health('/readyz').status == 200, 'and changes nothing'
