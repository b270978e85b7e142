"""What the runner of task graphs costs a task."""
from measuring.programs import run

TASKS = 10_000


def measure(programs, table):
    cpu = run([programs.driver, 'graph', TASKS])['cpu_us']
    table.add('{:,} no-op tasks in one graph: CPU a task'.format(TASKS), cpu, 'us', at_most=2)
