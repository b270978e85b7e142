"""The programs that are measured and measured against, built and run."""
import contextlib
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent.parent
# As the test cloud's Cinder describes a new volume, and one that has a description, metadata and a server.
VOLUME = HERE / 'volume.json'
VOLUME_IN_USE = HERE / 'volume_in_use.json'
# As long as a Fernet token is.
HEADERS = ['X-Auth-Token: ' + 't' * 190, 'X-Service-Token: ' + 't' * 190, 'OpenStack-API-Version: volume 3.43',
           'X-Openstack-Request-Id: req-benchmark', 'Accept: application/json']


class Programs:
    """Their commands. What is in C is built into `folder` when it is first asked for."""

    def __init__(self, folder):
        self.folder = folder
        self.driver = os.environ['KARBOR_BENCHMARKS']

    def built(self, name, *flags):
        program = self.folder / name
        if not program.exists():
            source = HERE / (pathlib.Path(name).stem + '.c')
            subprocess.run(['cc', '-O2', '-Wall', '-Wextra', '-o', program, source, *flags], check=True)
        return program

    @contextlib.contextmanager
    def cinder(self, before=(), volume=VOLUME):
        """The URL of what answers every request with a volume. `before` stands before its command."""
        with serving([*before, self.built('fixed_server'), volume]) as port:
            yield 'http://127.0.0.1:%d/v3/p' % port

    @contextlib.contextmanager
    def keystone(self, *arguments):
        """The URL of a Keystone that takes its time; see slow_keystone.py."""
        with serving([sys.executable, HERE / 'slow_keystone.py', *arguments]) as port:
            yield 'http://127.0.0.1:%d/v3' % port

    def counter(self):
        """To be preloaded: `run` then has the number of allocations, too."""
        return self.built('allocation_counter.so', '-shared', '-fPIC')

    def curl(self, url, count, in_flight):
        """The bare C loop, with the same requests as the session's."""
        return [self.built('curl_multi_loop', '-lcurl'), url + '/volumes/1', count, in_flight, *HEADERS]

    def session(self, url, answer, count, in_flight):
        """`answer` is raw or decoded."""
        return [self.driver, 'session', url, answer, count, in_flight]


@contextlib.contextmanager
def serving(command):
    """The port that a server prints first. It ends with its standard input."""
    server = subprocess.Popen(
        list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield int(server.stdout.readline())
    finally:
        server.communicate()


def run(command, before=(), preloaded=None):
    """The words and numbers that a program prints in turn."""
    environment = {**os.environ, **({'LD_PRELOAD': str(preloaded)} if preloaded else {})}
    words = subprocess.check_output(list(map(str, [*before, *command])), text=True, env=environment).split()
    return dict(zip(words[::2], map(float, words[1::2])))
