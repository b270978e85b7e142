package import PluginKit
package import Protection

/// Protects volumes with Cinder's backup service: `karbor-volume-protection-plugin`.
package struct VolumeBackupPlugin: ProtectionPlugin {
    package static let name = "karbor-volume-protection-plugin"

    /// The longest pause between two looks at Cinder.
    let pollInterval: Duration
    /// Whether a backup is made from a snapshot, so that the volume can be used meanwhile.
    let backsUpFromSnapshot: Bool

    package init(pollInterval: Duration = .seconds(15), backsUpFromSnapshot: Bool = true) {
        self.pollInterval = pollInterval
        self.backsUpFromSnapshot = backsUpFromSnapshot
    }

    package var resourceTypes: [ResourceType] { [.volume] }

    package func schemas(for type: ResourceType) -> ResourceSchemas { VolumeSchemas.all }

    package func hooks(for kind: OperationKind, of type: ResourceType) -> (any ResourceHooks)? {
        switch kind {
        case .protect: VolumeProtect(pollInterval: pollInterval, backsUpFromSnapshot: backsUpFromSnapshot)
        case .restore: VolumeRestore(pollInterval: pollInterval)
        case .verify: VolumeVerify(pollInterval: pollInterval)
        case .delete: VolumeDelete(pollInterval: pollInterval)
        }
    }

    package func sweep(for kind: OperationKind) -> (any OperationSweep)? {
        kind == .verify ? nil : VolumeSweep(kind: kind, pollInterval: pollInterval)
    }
}
