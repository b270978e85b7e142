"""Proves by requests that the running cloud does what the tests rely on.

`check [tokens|service_tokens|volumes|faults…]`
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import sys
import time
import traceback

from . import settings
from .tools import request, say, token

CLOUD = json.loads(settings.RESULT.read_text())
BASE = '%s/%s' % (CLOUD['endpoints']['cinder'], CLOUD['projects']['demo'])
results = {'passed': 0, 'failed': 0}


def show(what, passed, *details):
    results['passed' if passed else 'failed'] += 1
    say('%s %s %s' % ('ok  ' if passed else 'FAIL', what, ' '.join(str(detail) for detail in details)))


def call(method, path, user, body=None, service=None, microversion='3.70'):
    headers = {'X-Auth-Token': user, 'OpenStack-API-Version': 'volume ' + microversion}
    if service:
        headers['X-Service-Token'] = service
    status, _, answer = request(method, BASE + path, body, headers)
    return status, answer


def settled(path, kind, user, service=None, seconds=40):
    """Waits for a thing to leave its transient states; its body, or None when it is gone."""
    end = time.monotonic() + seconds
    while True:
        status, answer = call('GET', path, user, service=service)
        thing = answer[kind] if status == 200 else None
        if thing is None or thing['status'] in ('available', 'error', 'error_deleting') or time.monotonic() > end:
            return thing
        time.sleep(0.2)


def sleep_until(moment):
    time.sleep(max(0, moment - time.monotonic()))


def volume_file(volume):
    return pathlib.Path(CLOUD['volumes']) / ('volume-' + volume)


def checksum(volume):
    return hashlib.sha256(volume_file(volume).read_bytes()).hexdigest()


def make_volume(user, name):
    volume = call('POST', '/volumes', user, {'volume': {'size': 1, 'name': name}})[1]['volume']['id']
    status = settled('/volumes/' + volume, 'volume', user)['status']
    if status != 'available':
        say('volume %s is %s' % (name, status))
    return volume


def make_snapshot(user, volume, service=None):
    snapshot = call('POST', '/snapshots', user, {'snapshot': {'volume_id': volume, 'force': True}}, service)
    return settled('/snapshots/' + snapshot[1]['snapshot']['id'], 'snapshot', user, service)


def make_backup(user, volume, snapshot=None, service=None):
    backup = call('POST', '/backups', user, {'backup': {'volume_id': volume, 'snapshot_id': snapshot}}, service)
    return settled('/backups/' + backup[1]['backup']['id'], 'backup', user, service)


def remove(user, kind, thing):
    call('DELETE', '/%ss/%s' % (kind, thing), user)
    return settled('/%ss/%s' % (kind, thing), kind, user)


def tokens():
    admin = token('admin', 'admin')

    def validate(subject, query=''):
        return request('GET', CLOUD['auth_url'] + '/auth/tokens' + query,
                       headers={'X-Auth-Token': admin, 'X-Subject-Token': subject})

    body = validate(token('karbor', 'service'))[2]['token']
    show('karbor has the roles of a service user', {'admin', 'service'} <= {role['name'] for role in body['roles']})
    show('the catalogue has all services', {'identity', 'volumev3', 'block-storage', 'data-protect'} <=
         {entry['type'] for entry in body['catalog']})
    short = token('demo', 'demo', CLOUD['short_auth_url'])
    show('a token of the short port is valid on the other one', validate(short)[0] == 200)
    begin = time.monotonic()
    usual, windowed = token('demo', 'demo', ttl=2), token('demo', 'demo', ttl=2, window=6)
    both = [('with the usual window', usual), ('with a window of 6 s', windowed)]
    sleep_until(begin + 4)
    for name, subject in both:
        answers = validate(subject)[0], validate(subject, '?allow_expired=1')[0]
        show('an expired token %s, inside it' % name, answers == (404, 200), answers)
    sleep_until(begin + 11)
    answers = [validate(subject, '?allow_expired=1')[0] for _, subject in both]
    show('the same after the 6 s: only the short window is over', answers == [200, 404], answers)


def service_tokens():
    user, service, noservice = token('demo', 'demo'), token('karbor', 'service'), token('noservice', 'service')
    expired, stale_service = token('demo', 'demo', ttl=1), token('karbor', 'service', ttl=1)
    begin = time.monotonic()
    windowed = token('demo', 'demo', ttl=1, window=8)
    sleep_until(begin + 3)
    for what, user_token, service_token, expected in (
            ('an expired user token with a window of 8 s and a service token, inside it', windowed, service, 200),
            ('a valid user token', user, None, 200),
            ('a valid user token and a service token', user, service, 200),
            ('an expired user token', expired, None, 401),
            ('an expired user token and a service token', expired, service, 200),
            ('an expired user token and one of noservice', expired, noservice, 401),
            ('an expired user token and an expired service token', expired, stale_service, 401)):
        status = call('GET', '/volumes', user_token, service=service_token)[0]
        show('cinder: ' + what, status == expected, status)
    sleep_until(begin + 12)
    status = call('GET', '/volumes', windowed, service=service)[0]
    show('cinder: the short window is over (nothing is cached)', status == 401, status)


def volumes():
    user = token('demo', 'demo')
    volume = make_volume(user, 'check')
    with open(volume_file(volume), 'r+b') as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        file.write(os.urandom(size // 2))       # half: the rest stays a hole
    before = checksum(volume)
    show('a volume has the scaled size', size == CLOUD['gib_bytes'], size)
    expired, service = token('demo', 'demo', ttl=1), token('karbor', 'service')
    time.sleep(2)
    snapshot = make_snapshot(expired, volume, service)
    show('snapshot with an expired token', snapshot['status'] == 'available')
    begin = time.monotonic()
    backup = make_backup(expired, volume, snapshot['id'], service)
    show('backup of the snapshot with an expired token', backup['status'] == 'available',
         '%.1f s' % (time.monotonic() - begin))
    begin = time.monotonic()
    restored = call('POST', '/backups/%s/restore' % backup['id'], expired, {'restore': {'name': None}}, service)[1]
    restored = settled('/volumes/' + restored['restore']['volume_id'], 'volume', expired, service)
    show('restore with an expired token', restored['status'] == 'available', '%.1f s' % (time.monotonic() - begin))
    show('the bytes are equal', checksum(restored['id']) == before, before[:16])
    settled('/backups/' + backup['id'], 'backup', user)
    direct = make_backup(user, volume)
    show('backup of the volume itself', direct['status'] == 'available')
    for kind, thing in (('backup', backup['id']), ('backup', direct['id']), ('snapshot', snapshot['id']),
                        ('volume', volume), ('volume', restored['id'])):
        show('delete a ' + kind, remove(user, kind, thing) is None)


def faults():
    user = token('demo', 'demo')

    def of_create():
        volume = make_volume(user, 'fault:create')
        status = settled('/volumes/' + volume, 'volume', user)['status']
        return status == 'error', status, [('volume', volume)]

    def of_snapshot():
        volume = make_volume(user, 'fault:snapshot')
        snapshot = make_snapshot(user, volume)
        return snapshot['status'] == 'error', snapshot['status'], [('snapshot', snapshot['id']), ('volume', volume)]

    def of_backup():
        volume = make_volume(user, 'a fault:backup')
        snapshot = make_snapshot(user, volume)
        backup = make_backup(user, volume, snapshot['id'])
        return ('injected fault: backup' in (backup['fail_reason'] or ''), backup['fail_reason'],
                [('backup', backup['id']), ('snapshot', snapshot['id']), ('volume', volume)])

    def of_attach():
        volume = make_volume(user, 'fault:attach')
        backup = make_backup(user, volume)
        return backup['status'] == 'error', backup['fail_reason'], [('backup', backup['id']), ('volume', volume)]

    def slow():
        volume = make_volume(user, 'slow-snapshot:3 slow-backup:5 slow-restore:4')
        begin = time.monotonic()
        snapshot = make_snapshot(user, volume)
        first = time.monotonic()
        backup = make_backup(user, volume, snapshot['id'])
        second = time.monotonic()
        restored = call('POST', '/backups/%s/restore' % backup['id'], user, {'restore': {}})[1]['restore']['volume_id']
        settled('/volumes/' + restored, 'volume', user)
        settled('/backups/' + backup['id'], 'backup', user)
        spans = first - begin, second - first, time.monotonic() - second
        return ([backup['status']] == ['available'] and all(map(float.__ge__, spans, (3., 5., 4.))),
                ' '.join('%.1f' % span for span in spans),
                [('backup', backup['id']), ('snapshot', snapshot['id']), ('volume', volume), ('volume', restored)])

    def beside_slow():
        time.sleep(4)       # now `slow` is at its backup
        begin = time.monotonic()
        volume = make_volume(user, 'quick')
        backup = make_backup(user, volume)
        span = time.monotonic() - begin
        return backup['status'] == 'available' and span < 5, '%.1f s' % span, [
            ('backup', backup['id']), ('volume', volume)]

    cases = {'fault:create': of_create, 'fault:snapshot': of_snapshot, 'fault:backup': of_backup,
             'fault:attach': of_attach, 'slow snapshot, backup, restore': slow, 'a quick backup beside it': beside_slow}
    with concurrent.futures.ThreadPoolExecutor(len(cases)) as pool:
        running = {name: pool.submit(case) for name, case in cases.items()}
    leavings = []
    for name, future in running.items():
        passed, detail, made = future.result()
        show('cinder: ' + name, passed, detail)
        leavings += made
    for kind in ('backup', 'snapshot', 'volume'):
        for thing in (thing for which, thing in leavings if which == kind):
            remove(user, kind, thing)
    left = [volume['id'] for volume in call('GET', '/volumes', user)[1]['volumes']
            if ('volume', volume['id']) in leavings]
    show('all of it can be deleted', not left, *left)


CHECKS = {'tokens': tokens, 'service_tokens': service_tokens, 'volumes': volumes, 'faults': faults}


def main():
    for name in sys.argv[1:] or CHECKS:
        try:
            CHECKS[name]()
        except Exception:
            show(name, False, traceback.format_exc())
    say('%(passed)d passed, %(failed)d failed' % results)
    return 1 if results['failed'] else 0


if __name__ == '__main__':
    sys.exit(main())
