"""What a task costs in a graph, and in its state machine alone; TaskFlow, which Karbor builds on, does the same."""
from measuring.peers import python_with, version
from measuring.programs import HERE, run

SIZES = (100, 1_000, 10_000, 100_000)
PEER = 'taskflow>=5,<7'
PEER_TASKS = {'independent': 1_000, 'chain': 300}


def measure(programs, table):
    found = [run([programs.driver, 'graph', size]) for size in SIZES]
    for size, figures in zip(SIZES, found):
        name = '{:,} no-op tasks in one graph: CPU a task'.format(size)
        table.add(name, figures['cpu_us'], 'us', at_most=1.5)
        table.add('  in a chain', figures['chain_us'], 'us')
        table.add('  in the state machine alone', figures['machine_us'], 'us', at_most=0.2)
    costs = [figures['cpu_us'] for figures in found]
    table.add('  the dearest size to the cheapest', max(costs) / min(costs), 'x', at_most=1.3 / 0.7)
    python = python_with(PEER)
    for shape, count in PEER_TASKS.items():
        cpu = run([python, HERE / 'taskflow_graph.py', shape, count])['cpu_us']
        table.add('taskflow %s, %s: CPU a task' % (version(python, 'taskflow'), shape), cpu, 'us')
