"""A body of 1 GiB down and up over loopback, against the `curl` of this machine in the same run, and the memory it takes."""
from statistics import median

from measuring.programs import run, serving

ROUNDS = 5
BYTES = 1 << 30


def measure(programs, table):
    file = programs.folder / 'body'
    with open(file, 'wb') as body:
        body.truncate(BYTES)
    with serving([programs.built('stream_server')]) as port:
        url = 'http://127.0.0.1:%d' % port
        curl = ['curl', '--silent', '--fail', '--output', '/dev/null', '--write-out', 'seconds %{time_total}']
        down = [*curl, '%s/%d' % (url, BYTES)], [programs.driver, 'download', url, BYTES]
        up = [*curl, '--upload-file', file, url + '/upload'], [programs.driver, 'upload', url, BYTES, file]
        # The first one who reads the file has it read from the disk.
        run(up[0])
        for way, commands in (('down', down), ('up', up)):
            rounds = [[run(command) for command in commands] for _ in range(ROUNDS)]
            theirs, ours = (median(one['seconds'] for one in side) for side in zip(*rounds))
            table.add('1 GiB %s: curl' % way, theirs, 's')
            table.add('1 GiB %s: session and service-token wrapper' % way, ours, 's')
            table.add('  in parts of curl\'s speed', median(a['seconds'] / b['seconds'] for a, b in rounds), 'x',
                      at_least=0.8)
            table.add('  memory beyond the idle client', max(b['peak_kib'] for a, b in rounds) / 1024, 'MiB', at_most=24)
    file.unlink()
