"""How the story is told: a line a step, with the time since the start."""
import re
import sys
import time

_begin = time.monotonic()


def say(text):
    print('[%6.1f s] %s' % (time.monotonic() - _begin, text), flush=True)


def more(text):
    """A line that belongs to the one before."""
    print('%11s%s' % ('', text), flush=True)


def fail(reason, log, folder):
    """The reason, after the end of the daemon's log if there is one: what is to be read first stands last."""
    sys.stdout.flush()
    lines = [line for line in log.splitlines() if not _OWN_LOOKS.search(line)]
    if lines:
        print('\n== the end of the daemon\'s log (without the requests by which this demo watches)\n%s'
              % '\n'.join(lines[-25:]), file=sys.stderr)
        print('\nThe whole log, configuration, state and bank are kept in %s.' % folder, file=sys.stderr)
    print('\nFAILED: %s' % reason, file=sys.stderr, flush=True)


# A request that was answered well, and the service token's own rhythm.
_OWN_LOOKS = re.compile(r' request .*method=GET .*status=200| route=/readyz | service token renewed ')


def clock(moment):
    """A moment of time.time() as a person says it."""
    return time.strftime('%H:%M:%S', time.localtime(moment))
