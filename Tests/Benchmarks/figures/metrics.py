"""What counting costs whoever counts: it is on the way of every request."""
from measuring.programs import run

COUNT = 5_000_000


def measure(programs, table):
    cost = run([programs.driver, 'metrics', COUNT])
    table.add('one more on a counter of the metrics: CPU', cost['counter_ns'], 'ns', at_most=100)
    table.add('one time in a histogram of the metrics: CPU', cost['timer_ns'], 'ns', at_most=300)
