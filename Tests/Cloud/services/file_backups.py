"""Cinder's own backup driver for a folder, which obeys the words in the name of the volume that is backed up.

A backup of a snapshot is made from a temporary volume, and a restore goes into a volume of any name; what the tests
know and choose is the source volume, and a backup keeps its id.
"""
from cinder import context, exception, interface, objects
from cinder.backup.drivers import posix

import name_words


@interface.backupdriver
class FileBackups(posix.PosixBackupDriver):

    def backup(self, backup, volume_file, backup_metadata=False):
        self._obey(backup, 'backup')
        return super().backup(backup, volume_file, backup_metadata)

    def restore(self, backup, volume_id, volume_file):
        self._obey(backup, 'restore')
        return super().restore(backup, volume_id, volume_file)

    def delete_backup(self, backup):
        self._obey(backup, 'backup-delete')
        return super().delete_backup(backup)

    @staticmethod
    def _obey(backup, step):
        try:
            volume = objects.Volume.get_by_id(context.get_admin_context(read_deleted='yes'), backup.volume_id)
        except exception.VolumeNotFound:
            return      # an imported backup
        name_words.obey(volume.display_name, step)
