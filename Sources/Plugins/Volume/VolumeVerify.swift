import OpenStack
import PluginKit

/// Looks whether the backup is there and can be restored.
struct VolumeVerify: ResourceHooks {
    func main(_ context: ResourceContext) async throws {
        let cinder = context.clients.blockStorage
        let id = try await VolumeMetadata(context.section).backupID
        let backup = try await context.waiting.answer { try await cinder.backup(id) }
        // A backup that is being restored is as good as one that is not.
        guard ["available", "restoring"].contains(backup.status.rawValue) else {
            throw ResourceFailure("the backup is \(backup.statusAndReason)")
        }
        try await context.progress.report("available", as: nil)
    }
}
