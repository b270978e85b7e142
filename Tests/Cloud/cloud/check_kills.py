"""Kills `up` with SIGKILL at many points, and the daemons of a cloud that is up; the next `up` must work each time.

It uses a folder and ports of its own, so that a running cloud is not disturbed. `check-kills [SECONDS…]`
"""
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent.parent
ENVIRONMENT = {**os.environ, 'CLOUD_DIR': '/var/tmp/karbor-protection-cloud-kills'}
PORTS = ('KEYSTONE', 'KEYSTONE_SHORT', 'RABBIT', 'RABBIT_DISTRIBUTION', 'EPMD', 'MYSQL', 'CINDER')
ENVIRONMENT.update({'CLOUD_PORT_' + name: str(19100 + number) for number, name in enumerate(PORTS)})


def cloud(command, *arguments):
    return subprocess.run([HERE / command, *arguments], env=ENVIRONMENT, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)


def strays():
    """Processes of this cloud that no record leads to: seen by their working folder or their command line."""
    found = []
    for folder in pathlib.Path('/proc').glob('[0-9]*'):
        try:
            inside = os.readlink(folder / 'cwd').startswith(ENVIRONMENT['CLOUD_DIR'])
            line = (folder / 'cmdline').read_bytes().replace(b'\0', b' ').decode(errors='replace')
        except OSError:
            continue
        if inside or ENVIRONMENT['CLOUD_DIR'] in line:
            found.append('%s %s' % (folder.name, line[:100]))
    return found


def killed_after(seconds):
    running = subprocess.Popen([HERE / 'up'], env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    over = running.poll() is not None
    running.kill()
    running.wait()
    return over


def starts_again(what):
    """Whether the next `up` works; if not, why."""
    begin = time.monotonic()
    done = cloud('up')
    span = time.monotonic() - begin
    checked = cloud('check', 'tokens', 'volumes') if done.returncode == 0 else done
    good = done.returncode == checked.returncode == 0
    print('%s %s: next up took %.1f s' % ('ok  ' if good else 'FAIL', what, span), flush=True)
    if not good:
        print(done.stdout, checked.stdout if checked is not done else '')
    return good


def kill_daemons():
    """As when a machine loses its processes: all at once, and nobody cleans up."""
    for daemon in strays():
        os.kill(int(daemon.split()[0]), signal.SIGKILL)


def main():
    points = [float(argument) for argument in sys.argv[1:]] or sorted(random.uniform(0.05, 12) for _ in range(12))
    passed = 0
    for seconds in points:
        cloud('down', '--purge')
        if strays():
            print('FAIL left after down: %s' % strays())
            break
        over = killed_after(seconds)
        if not starts_again('up killed after %.2f s%s' % (seconds, ' (it was over)' if over else '')):
            break       # it is left as it is, to be looked at
        passed += 1
    else:
        kill_daemons()
        if starts_again('daemons killed'):
            passed += 1
            cloud('down', '--purge')
    print('%d of %d passed' % (passed, len(points) + 1))
    return 0 if passed == len(points) + 1 else 1


if __name__ == '__main__':
    sys.exit(main())
