package import OsloConfig

/// What a provider file says about the plugin, in Karbor's names.
extension VolumeBackupPlugin {
    private static let group = "cinder_backup_protection_plugin"

    package static let pollIntervalOption = ConfigOption<Duration>.seconds(
        "poll_interval", in: group, default: 15, min: 0.1,
        help: "Longest time between two looks at a volume, snapshot or backup whose state is waited for. Unset: "
            + "[protection] poll_interval of karbor.conf.")

    package static let backupFromSnapshotOption = ConfigOption<Bool>.boolean(
        "backup_from_snapshot", in: group, default: true,
        help: "Make a snapshot first and back that up, so that the volume can be used meanwhile.")

    package static let options = OptionGroup(
        group, help: "The plugin karbor-volume-protection-plugin, which protects volumes with Cinder backup.",
        [pollIntervalOption.erased, backupFromSnapshotOption.erased])

    /// The plugin that a provider file describes.
    ///
    /// - Parameter pollInterval: holds where the file has none.
    package init(_ provider: Configuration, pollInterval: Duration) throws(ConfigurationError) {
        self.init(
            pollInterval: provider.isSet(Self.pollIntervalOption)
                ? try provider.get(Self.pollIntervalOption) : pollInterval,
            backsUpFromSnapshot: try provider.get(Self.backupFromSnapshotOption))
    }
}
