"""What a test asks of Cinder by a volume's name: `fault:STEP` makes a step fail, `slow-STEP:N` lasts N seconds longer.

Steps: create, delete, snapshot, snapshot-delete, attach (the volume driver's); backup, restore, backup-delete (the
backup driver's, by the name of the volume that was backed up). Several words may stand in a name, with blanks between.
"""
import time

from cinder import exception


def obey(name, step):
    for word in (name or '').split():
        if word.startswith('slow-%s:' % step):
            time.sleep(float(word.rpartition(':')[2]))      # eventlet's: the service's other work goes on
        if word == 'fault:' + step:
            raise exception.VolumeBackendAPIException(data='injected fault: ' + step)
