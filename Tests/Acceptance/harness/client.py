"""python-karborclient 2.1.0 from PyPI, in a virtual environment of its own that is made once."""
import fcntl
import os
import subprocess

VERSION = '2.1.0'


def install(folder):
    """The python that has it. The environment is renamed into place when it is whole, so a killed run does no harm."""
    place = folder / ('karborclient-' + VERSION)
    with open(folder / 'karborclient.lock', 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / 'whole').exists():
            run(['rm', '-rf', place])
            run(['/usr/bin/python3', '-m', 'venv', place])
            run([place / 'bin/python', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check',
                 'python-karborclient==' + VERSION])
            (place / 'whole').touch()
    return place / 'bin/python'


def run(command):
    environment = {name: value for name, value in os.environ.items() if name not in ('PYTHONHOME', 'PYTHONPATH')}
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env=environment)
    assert done.returncode == 0, '%s\n%s' % (command, done.stdout[-3000:])


class CommandLine:
    """The `karbor` command, as a person types it; one process serves all commands, since starting one takes a second.

    How it finds the service, and who the user is, stands in the environment variables, as usual.
    """

    # Reads a command as JSON from each line, and answers with a line of JSON: what was printed, and the failure.
    _LOOP = '''
import contextlib, io, json, sys
from karborclient.shell import KarborShell
for line in sys.stdin:
    printed, failure = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        try:
            KarborShell().main(json.loads(line))
        except BaseException as error:
            failure = '%s: %s' % (type(error).__name__, error)
    print(json.dumps([printed.getvalue(), failure]), flush=True)
'''

    def __init__(self, python, environment):
        import json
        self._json = json
        self._process = subprocess.Popen(
            [str(python), '-W', 'ignore', '-c', self._LOOP], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={'PATH': '/usr/bin:/bin', 'LANG': 'C.UTF-8', **environment})

    def try_it(self, *arguments):
        """(what was printed, None or the failure)"""
        self._process.stdin.write(self._json.dumps([str(argument) for argument in arguments]) + '\n')
        self._process.stdin.flush()
        return tuple(self._json.loads(self._process.stdout.readline()))

    def __call__(self, *arguments):
        """What the command printed; it must not fail."""
        printed, failure = self.try_it(*arguments)
        assert failure is None, 'karbor %s: %s\n%s' % (' '.join(map(str, arguments)), failure, printed)
        return Table(printed)

    def close(self):
        self._process.stdin.close()
        self._process.wait(10)


class Table(str):
    """What the command printed: a table of properties, or of rows."""

    def __getitem__(self, name):
        """The value of a property; a value of several lines is joined."""
        lines, inside = [], False
        for line in self.splitlines():
            cells = [cell.strip() for cell in line.split('|')[1:-1]]
            if len(cells) == 2:
                inside = cells[0] == name or (inside and cells[0] == '')
                if inside:
                    lines.append(cells[1])
        assert lines, 'no %s in\n%s' % (name, self)
        return ''.join(lines)

    def rows(self):
        """The first cell of each row."""
        cells = [line.split('|')[1].strip() for line in self.splitlines() if line.startswith('|')]
        return cells[1:]
