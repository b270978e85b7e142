"""Processor time a request, against a bare C loop and against keystoneauth1, with the same requests and answers.

Each round runs all clients one after another; a ratio is the median of the rounds' ratios, so that whatever changes on
the machine meanwhile changes both sides of it.
"""
from statistics import median

from measuring.keystoneauth import Keystoneauth
from measuring.programs import VOLUME_IN_USE, run

ROUNDS = 5
IN_FLIGHT = 64
COUNT = 40_000
PEER_COUNT = 4_000
PEER_THREADS = (1, 8, 64)


def measure(programs, table):
    peer = Keystoneauth()
    with programs.cinder() as url, programs.cinder(volume=VOLUME_IN_USE) as in_use:
        threads = min(PEER_THREADS, key=lambda threads: run(peer.session(url, PEER_COUNT, threads))['cpu_us'])
        clients = (
            programs.curl(url, COUNT, IN_FLIGHT),
            programs.session(url, 'raw', COUNT, IN_FLIGHT),
            programs.session(url, 'decoded', COUNT, IN_FLIGHT),
            programs.session(in_use, 'decoded', COUNT, IN_FLIGHT),
            peer.session(url, PEER_COUNT, threads),
        )
        rounds = [[run(client)['cpu_us'] for client in clients] for _ in range(ROUNDS)]
    bare, raw, decoded, larger, python = map(median, zip(*rounds))
    table.add('CPU a GET, %d in flight: bare C curl_multi loop' % IN_FLIGHT, bare, 'us')
    table.add('CPU a GET: session and service-token wrapper', raw, 'us')
    table.add('  as a multiple of the C loop', median(raw / bare for bare, raw, *_ in rounds), 'x', at_most=1.8)
    table.add('CPU a GET: with the volume decoded', decoded, 'us')
    table.add('  as a multiple of the C loop', median(decoded / bare for bare, _, decoded, *_ in rounds), 'x',
              at_most=2.3)
    table.add('CPU a GET: with a volume decoded that is in use', larger, 'us')
    name = 'keystoneauth1 %s, %d thread%s' % (peer.version, threads, '' if threads == 1 else 's')
    table.add('CPU a GET: %s, decoded' % name, python, 'us')
    table.add('  as a multiple of ours, decoded', median(python / decoded for _, _, decoded, _, python in rounds), 'x',
              at_least=12)
