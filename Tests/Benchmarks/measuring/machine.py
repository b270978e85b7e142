"""How much of the machine others use while we measure."""
import os
import resource
import time

# A build beside a benchmark doubles some figures and leaves others alone, so that ratios are wrong, too.
TOLERABLE = 0.1


class Bystanders:
    """The processor time of all processes but this one and its children, since it was made."""

    def __init__(self):
        self._begin = self._read()

    def share(self):
        """Of all processors, from 0 to 1. Of our children only those count as ours that have ended."""
        wall, busy, ours = (now - then for now, then in zip(self._read(), self._begin))
        return max(0.0, busy - ours) / (wall * os.cpu_count())

    @staticmethod
    def _read():
        with open('/proc/stat') as file:
            user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
        ours = 0
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
            usage = resource.getrusage(who)
            ours += usage.ru_utime + usage.ru_stime
        ticks = user + nice + system + irq + softirq + steal
        return time.monotonic(), ticks / os.sysconf('SC_CLK_TCK'), ours


def share_before_the_start():
    bystanders = Bystanders()
    time.sleep(3)
    return bystanders.share()


def verdict(share):
    trust = ': TOO BUSY for the figures to be trusted, measure again when it is idle' if share > TOLERABLE else ''
    return 'other processes use %.0f %% of the machine%s' % (100 * share, trust)
