"""The peer: the same GETs by keystoneauth1's Session and ServiceTokenAuthWrapper, each answer decoded.

    keystoneauth_session.py URL COUNT THREADS

Prints requests, CPU and wall time in microseconds a request. Both tokens are at hand and good for an hour, so that no
Keystone is asked; endpoint and microversion are given, as they are to the other clients.
"""
import concurrent.futures
import datetime
import resource
import sys
import time

import requests
from keystoneauth1 import access, adapter, service_token, session
from keystoneauth1.identity import v3


def plugin(user):
    now = datetime.datetime.now(datetime.timezone.utc)
    later = now + datetime.timedelta(hours=1)
    form = '%Y-%m-%dT%H:%M:%S.%fZ'
    document = {'token': {
        'methods': ['password'], 'issued_at': now.strftime(form), 'expires_at': later.strftime(form),
        'user': {'id': user, 'name': user, 'domain': {'id': 'default', 'name': 'Default'}},
        'project': {'id': 'p', 'name': 'p', 'domain': {'id': 'default', 'name': 'Default'}},
        'roles': [{'id': 'r', 'name': 'member'}], 'catalog': []}}
    plugin = v3.Password('http://127.0.0.1:1/v3', username=user, password='benchmark', project_name='p',
                         user_domain_id='default', project_domain_id='default')
    plugin.auth_ref = access.AccessInfoV3(document, 't' * 190)
    return plugin


def client(url, threads):
    connections = requests.Session()
    # As Session makes its own, but with room for all threads' connections.
    connections.mount('http://', session.TCPKeepAliveAdapter(pool_connections=threads, pool_maxsize=threads))
    wrapper = service_token.ServiceTokenAuthWrapper(plugin('user'), plugin('karbor'))
    return adapter.Adapter(
        session.Session(auth=wrapper, session=connections), service_type='block-storage', endpoint_override=url,
        default_microversion='3.43', global_request_id='req-00000000-0000-0000-0000-000000000000')


def repeated(cinder, count, threads):
    def requests_of_one(_):
        for _ in range(count // threads):
            cinder.get('/volumes/1').json()
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        list(pool.map(requests_of_one, range(threads)))


def processor_time():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main(url, count, threads):
    cinder = client(url, threads)
    repeated(cinder, 2 * threads, threads)
    count -= count % threads
    processor, wall = processor_time(), time.monotonic()
    repeated(cinder, count, threads)
    processor, wall = processor_time() - processor, time.monotonic() - wall
    print('requests %d cpu_us %.2f wall_us %.2f' % (count, processor / count * 1e6, wall / count * 1e6))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
