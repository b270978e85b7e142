"""Kills `up` with SIGKILL at many points of a first start and of a restart; the next `up` must work each time.

It uses a folder and ports of its own, so that a running cloud is not disturbed. `check-kills [SECONDS…]`
"""
import os
import pathlib
import random
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


def main():
    points = [float(argument) for argument in sys.argv[1:]] or sorted(random.uniform(0.05, 12) for _ in range(12))
    bad = 0
    for seconds in points:
        cloud('down', '--purge')
        if strays():
            print('FAIL left after down: %s' % strays())
            bad += 1
        over = killed_after(seconds)
        begin = time.monotonic()
        done = cloud('up')
        span = time.monotonic() - begin
        checked = cloud('check', 'tokens', 'volumes') if done.returncode == 0 else done
        good = done.returncode == checked.returncode == 0
        bad += not good
        print('%s killed after %.2f s%s: next up took %.1f s' % (
            'ok  ' if good else 'FAIL', seconds, ' (it was over)' if over else '', span), flush=True)
        if not good:
            print(done.stdout, checked.stdout if checked is not done else '')
        if not good:
            break       # it is left as it is, to be looked at
    else:
        cloud('down', '--purge')
    print('%d passed, %d failed' % (len(points) - bad, bad))
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
