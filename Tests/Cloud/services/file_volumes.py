"""A Cinder backend whose volumes are sparse files in one folder: no LVM, iSCSI or root-owned device is needed.

A volume is attached by the path of its file (os-brick's LOCAL connector), which is all that cinder-backup wants.
Words in a *volume's name* make faults and delays, see `name_words`. What is made from a volume obeys the name of that
volume: a snapshot or a backup gets its own name from whoever asks for it, and tests do not choose that.
"""
import os
import subprocess

from oslo_config import cfg

from cinder import exception, interface
from cinder.volume import configuration, driver

import name_words

OPTIONS = [
    cfg.StrOpt('file_volumes_dir', help='Folder of the volumes.'),
    cfg.IntOpt('file_volumes_gib_bytes', default=1024 ** 3, help='Bytes on disk for a GiB of a volume.'),
]
cfg.CONF.register_opts(OPTIONS, group=configuration.SHARED_CONF_GROUP)


@interface.volumedriver
class FileVolumes(driver.VolumeDriver):

    VERSION = '1.0'
    CI_WIKI_NAME = 'None'

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.configuration.append_config_values(OPTIONS)
        self.folder = self.configuration.file_volumes_dir

    @staticmethod
    def get_driver_options():
        return OPTIONS

    def check_for_setup_error(self):
        if not os.access(self.folder, os.W_OK):
            raise exception.VolumeBackendAPIException(data='%s is not writable' % self.folder)

    def _update_volume_stats(self):
        self._stats = {
            'volume_backend_name': self.configuration.volume_backend_name, 'vendor_name': 'karbor-protection',
            'driver_version': self.VERSION, 'storage_protocol': 'local',
            'pools': [{
                'pool_name': 'files', 'total_capacity_gb': 100000, 'free_capacity_gb': 100000,
                'reserved_percentage': 0, 'QoS_support': False, 'multiattach': True,
                'thin_provisioning_support': True, 'max_over_subscription_ratio': '20.0',
            }],
        }

    # Volumes

    def path(self, thing):
        """Of a volume or a snapshot."""
        return os.path.join(self.folder, thing['name'])

    local_path = path

    def _resize(self, volume, gib=None):
        size = (gib or volume['size']) * self.configuration.file_volumes_gib_bytes
        with open(self.path(volume), 'ab') as file:
            if file.seek(0, os.SEEK_END) < size:
                file.truncate(size)

    @staticmethod
    def _copy(source, target):
        subprocess.run(['cp', '--sparse=always', '--reflink=auto', source, target], check=True,
                       stdin=subprocess.DEVNULL)

    @staticmethod
    def _remove(path):
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass        # a second attempt must succeed

    def create_volume(self, volume):
        name_words.obey(volume['display_name'], 'create')
        self._resize(volume)

    def delete_volume(self, volume):
        name_words.obey(volume['display_name'], 'delete')
        self._remove(self.path(volume))

    def extend_volume(self, volume, new_size):
        self._resize(volume, new_size)

    def create_volume_from_snapshot(self, volume, snapshot):
        name_words.obey(volume['display_name'], 'create')
        self._copy(self.path(snapshot), self.path(volume))
        self._resize(volume)

    def create_cloned_volume(self, volume, src_vref):
        name_words.obey(volume['display_name'], 'create')
        self._copy(self.path(src_vref), self.path(volume))
        self._resize(volume)

    # Snapshots

    def create_snapshot(self, snapshot):
        name_words.obey(snapshot['volume']['display_name'], 'snapshot')
        self._copy(os.path.join(self.folder, snapshot['volume_name']), self.path(snapshot))

    def delete_snapshot(self, snapshot):
        name_words.obey(snapshot['volume']['display_name'], 'snapshot-delete')
        self._remove(self.path(snapshot))

    def revert_to_snapshot(self, context, volume, snapshot):
        self._copy(self.path(snapshot), self.path(volume))
        self._resize(volume)

    # Attaching. There is nothing to export.

    def ensure_export(self, context, volume):
        pass

    def create_export(self, context, volume, connector):
        pass

    def remove_export(self, context, volume):
        pass

    def initialize_connection(self, volume, connector):
        name_words.obey(volume['display_name'], 'attach')
        return {'driver_volume_type': 'local', 'data': {'device_path': self.path(volume), 'discard': False}}

    def terminate_connection(self, volume, connector, **named):
        pass

    # Images

    def clone_image(self, context, volume, image_location, image_meta, image_service):
        return None, False
