import OpenStack
import PluginKit
import Protection

/// Deletes the backup, and whatever else carries the checkpoint's mark: a protect that failed may have left something.
struct VolumeDelete: ResourceHooks {
    let pollInterval: Duration

    func main(_ context: ResourceContext) async throws {
        let section = context.section
        try await section.put(text: "deleting", at: BankObject.status)
        let remains = VolumeRemains(context: context, pollInterval: pollInterval)
        do {
            if let id = try await backupID(section) {
                try await context.step(repeatable: "delete-backup") { try await remains.removeBackup(id) }
            }
            let marker = context.marker
            try await context.step(repeatable: "delete-remains") {
                try await remains.remove(keeping: nil) { metadata in
                    metadata["karbor_checkpoint_id"] == marker.checkpointID
                        && metadata["karbor_resource_id"] == marker.resourceID
                }
            }
        } catch {
            try await section.put(text: "error", at: BankObject.status)
            throw error
        }
        try await section.delete(BankObject.metadata)
        try await section.put(text: "deleted", at: BankObject.status)
    }

    /// Nil where the protect never came so far.
    private func backupID(_ section: BankSection) async throws -> String? {
        do {
            return try await section.json(at: BankObject.metadata)["backup_id"]?.string
        } catch let error where error.code == .notFound {
            return nil
        }
    }
}
