"""How often memory is allocated for a request: the difference between a run and one of twice its length."""
from measuring.programs import run

IN_FLIGHT = 64
COUNT = 16_000


def measure(programs, table):
    with programs.cinder() as url:
        for client, command in (
                ('bare C loop', lambda count: programs.curl(url, count, IN_FLIGHT)),
                ('session and wrapper', lambda count: programs.session(url, 'raw', count, IN_FLIGHT)),
                ('with the volume decoded', lambda count: programs.session(url, 'decoded', count, IN_FLIGHT))):
            short, long = (
                run(command(count), preloaded=programs.counter())['allocations'] for count in (COUNT, 2 * COUNT))
            table.add('allocations a GET: ' + client, (long - short) / COUNT, '')
