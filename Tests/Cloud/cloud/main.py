"""The commands up, down and status."""
import fcntl
import os
import pathlib
import shutil
import sys
import threading
import traceback

from . import cinder, keystone, mysql, packages, processes, rabbit, results, settings
from .tools import Failure, exit_with, say, seconds_since_start, write

# A layer is a module with NEEDS, PACKAGES, DAEMONS and start(wanted). One more service is one more module, a line here
# and its lines in directory.py.
LAYERS = {'mysql': mysql, 'rabbit': rabbit, 'keystone': keystone, 'cinder': cinder}
DAEMONS = {daemon: grace for layer in LAYERS.values() for daemon, grace in layer.DAEMONS.items()}
# In this order the ones that others lean on are ended last.
LAST = ['mysql', 'rabbit', 'epmd']


def named(arguments):
    """The daemons that are meant: each argument is a daemon or a layer; none means all."""
    meant = set()
    for argument in arguments:
        if argument in LAYERS:
            meant.update(LAYERS[argument].DAEMONS)
        elif argument in DAEMONS:
            meant.add(argument)
        else:
            raise Failure('no service %s; there are: %s' % (argument, ' '.join([*LAYERS, *DAEMONS])))
    return meant or set(DAEMONS)


def lock():
    """One `up` or `down` at a time. The descriptor has a fixed number and is given on to those who must hold it."""
    settings.LOCK.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(settings.LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    os.dup2(descriptor, settings.LOCK_DESCRIPTOR, inheritable=False)
    if descriptor != settings.LOCK_DESCRIPTOR:
        os.close(descriptor)
    try:
        fcntl.flock(settings.LOCK_DESCRIPTOR, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say('waiting for another up or down')
        fcntl.flock(settings.LOCK_DESCRIPTOR, fcntl.LOCK_EX)


def forget_before_reboot():
    """MariaDB runs without syncing: after a reboot its files cannot be trusted, and starting anew takes seconds."""
    boot = pathlib.Path('/proc/sys/kernel/random/boot_id').read_text()
    mark = settings.STATE / 'boot'
    if settings.STATE.exists() and not (mark.exists() and mark.read_text() == boot):
        say('what is in %s is from before a reboot and is removed' % settings.DIR)
        shutil.rmtree(settings.DIR)
    for folder in (settings.ETC, settings.LOG, settings.RUN, settings.STATE, settings.BIN):
        folder.mkdir(parents=True, exist_ok=True)
    write(mark, boot)


def up(arguments):
    wanted = named(arguments)
    layers = {name: layer for name, layer in LAYERS.items() if wanted & set(layer.DAEMONS)}
    lock()
    forget_before_reboot()
    packages.install([*packages.FOR_TESTS, *(package for layer in layers.values() for package in layer.PACKAGES)])
    start(layers, wanted)
    results.publish(DAEMONS, seconds_since_start())
    say('up: %s' % ' '.join(name for name in DAEMONS if processes.pid(name)))


def start(layers, wanted):
    """Each layer in a thread, as soon as the layers that it needs are up. The first failure ends the command."""
    changed = threading.Condition()
    begun, over, failures = set(), set(), []

    def run(name):
        begin = seconds_since_start()
        try:
            layers[name].start(wanted)
            say('%s is up (%.1f s)' % (name, seconds_since_start() - begin))
        except Failure as failure:
            failures.append('%s: %s' % (name, failure))
        except BaseException:       # a defect of ours; whoever waits below must hear of it, too
            failures.append('%s: %s' % (name, traceback.format_exc()))
        with changed:
            over.add(name)
            changed.notify()

    with changed:
        while len(over) < len(layers) and not failures:
            for name, layer in layers.items():
                if name not in begun and over >= set(layer.NEEDS) & set(layers):
                    begun.add(name)
                    threading.Thread(target=run, args=(name,), daemon=True).start()
            changed.wait()
    if failures:
        exit_with(failures[0])


def down(arguments):
    purge = '--purge' in arguments
    wanted = named([argument for argument in arguments if argument != '--purge'])
    lock()
    stop([name for name in wanted if name not in LAST])
    for name in LAST:
        stop([name] if name in wanted else [])
    if purge and settings.STATE.exists():
        shutil.rmtree(settings.DIR)
        say('%s removed' % settings.DIR)


def stop(names):
    failures = []

    def run(name):
        try:
            processes.stop(name, DAEMONS[name])
        except Failure as failure:
            failures.append(str(failure))

    threads = [threading.Thread(target=run, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise Failure('\n'.join(failures))


def status(arguments):
    """Exit status 0 if everything that is meant runs, 3 (as of an init script) if something does not."""
    wanted = named(arguments)
    stopped = 0
    for name in DAEMONS:
        if name in wanted:
            number = processes.pid(name)
            stopped += number is None
            print('%-17s %s' % (name, 'runs, pid %d' % number if number else 'does not run'))
    if not stopped and 'keystone' in wanted:
        try:
            keystone.answers()
        except OSError as error:
            print('keystone does not answer: %s' % error)
            stopped += 1
    return 3 if stopped else 0


def main():
    command, *arguments = sys.argv[1:]
    try:
        return {'up': up, 'down': down, 'status': status}[command](arguments)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1


if __name__ == '__main__':
    sys.exit(main())
