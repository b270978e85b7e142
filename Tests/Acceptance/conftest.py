"""Fixtures. Each test has a project, a daemon and a bank of its own, so tests may run side by side."""
import pathlib
import shutil
import sys
import tempfile
import threading

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
pytest.register_assert_rewrite('harness')

from harness.cloud import Cloud          # noqa: E402
from harness.daemon import Daemon, binary, free_port  # noqa: E402
from harness.karbor import Karbor        # noqa: E402
from harness.proxy import Proxy          # noqa: E402


def pytest_sessionstart(session):
    """One clear word instead of a failure of every test. Processes of pytest-xdist are started after it."""
    if session.config.option.collectonly:
        return
    if not binary().exists():
        pytest.exit('%s does not exist: build it, or name another one in KARBOR_BINARY' % binary(), returncode=1)
    try:
        Cloud()
    except RuntimeError as error:
        pytest.exit(str(error), returncode=1)


def pytest_collection_modifyitems(items):
    """The longest begin first: beside them the others come to their end."""
    items.sort(key=lambda item: item.get_closest_marker('long') is None)


@pytest.fixture(scope='session')
def cloud():
    return Cloud()


@pytest.fixture(scope='session')
def removals():
    """Projects are removed behind the tests' backs, and the session waits for the last of them."""
    running = []
    yield running
    for thread in running:
        thread.join(60)


@pytest.fixture
def new_tenant(cloud, removals):
    made = []

    def make(name='tenant'):
        made.append(cloud.new_tenant(name))
        return made[-1]

    yield make
    for tenant in made:
        thread = threading.Thread(target=tenant.remove)
        thread.start()
        removals.append(thread)


@pytest.fixture
def tenant(new_tenant):
    return new_tenant()


@pytest.fixture
def new_daemon(cloud, request):
    """A function that makes a daemon, which is not started yet."""
    made = []

    def make(**settings):
        # Short: the path of the notify socket must fit into 108 bytes.
        folder = pathlib.Path(tempfile.mkdtemp(prefix='karbor-'))
        made.append(Daemon(cloud, folder, **settings))
        return made[-1]

    yield make
    failed = getattr(request.node, 'failed', False)
    for daemon in made:
        daemon.kill()
        if failed:
            # Not the requests of the test's own waiting.
            lines = [line for line in daemon.log().splitlines() if ' request duration_ms=' not in line]
            print('\n== log of the daemon in %s\n%s' % (daemon.folder, '\n'.join(lines[-80:])))
        else:
            shutil.rmtree(daemon.folder, ignore_errors=True)


@pytest.fixture
def measured(new_daemon):
    """A function that makes a daemon with metrics (harness/metrics.py), which is not started yet."""
    return lambda port=None, **settings: new_daemon(options={'metrics': {'port': port or free_port()}}, **settings)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if call.when == 'call':
        item.failed = outcome.get_result().failed


@pytest.fixture
def daemon(new_daemon):
    return new_daemon().start()


@pytest.fixture
def plain_service_user(cloud):
    """The least that a service user must be: no administrator."""
    name, number = cloud.new_service_user('plain', roles=['service'])
    yield name
    cloud.delete_user(number)


@pytest.fixture
def karbor(daemon, tenant):
    return Karbor(daemon, tenant)


@pytest.fixture
def cinder_proxy(cloud):
    proxy = Proxy(cloud.cinder_url)
    yield proxy
    proxy.close()


@pytest.fixture
def keystone_proxy(cloud):
    proxy = Proxy(cloud.auth_url)
    yield proxy
    proxy.close()
