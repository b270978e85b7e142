"""No-op tasks in a flow of TaskFlow's, through its parallel engine, as Karbor has it.

    taskflow_graph.py independent|chain TASKS

Prints the processor time a task, of one run.
"""
import resource
import sys

import taskflow.engines
from taskflow import task
from taskflow.patterns import graph_flow, linear_flow


class Nothing(task.Task):
    def execute(self):
        pass


def main(shape, count):
    flow = graph_flow.Flow('flow') if shape == 'independent' else linear_flow.Flow('flow')
    flow.add(*(Nothing('task-%d' % number) for number in range(count)))
    engine = taskflow.engines.load(flow, engine='parallel', executor='threaded', max_workers=64)
    engine.compile()
    engine.prepare()
    before = cpu()
    engine.run()
    print('tasks %d cpu_us %f' % (count, (cpu() - before) * 1e6 / count))


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


main(sys.argv[1], int(sys.argv[2]))
