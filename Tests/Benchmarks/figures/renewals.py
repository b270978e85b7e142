"""Whether requests notice that the service token is renewed, by a Keystone that takes 2 s for it.

A token of 8 s is renewed after about 4, so that a renewal is under way half of the time.
"""
from measuring.programs import run

RENEWALS = 10
DELAY = 2
LIFE = 8


def measure(programs, table):
    with programs.cinder() as url, programs.keystone(DELAY, LIFE) as keystone:
        seen = run([programs.driver, 'renewals', url, keystone, RENEWALS])
    table.add('renewals of %d s, under 2,000 decoded GETs a second' % DELAY, seen['renewals'], '', at_least=RENEWALS)
    table.add('  requests that waited for a token, of %d' % (seen['during'] + seen['outside']), seen['waited'], '',
              at_most=0)
    table.add('  99 % of the GETs during renewals took at most', seen['during_p99_us'], 'us')
    table.add('  99 % of the others took at most', seen['outside_p99_us'], 'us')
    table.add('  during as a multiple of outside', seen['during_p99_us'] / seen['outside_p99_us'], 'x', at_most=1.5)
