import OpenStack
import PluginKit

/// Looks whether the backup is there and can be restored.
struct VolumeVerify: ResourceHooks {
    func main(_ context: ResourceContext) async throws {
        let id = try await VolumeMetadata(context.section).backupID
        let backup = try await context.clients.blockStorage.backup(id)
        // A backup that is being restored is as good as one that is not.
        guard ["available", "restoring"].contains(backup.status.rawValue) else {
            let reason = backup.failReason.flatMap { $0.isEmpty ? nil : ": \($0)" } ?? ""
            throw ResourceFailure("the backup is \(backup.status.rawValue)\(reason)")
        }
        try await context.progress.report("available", as: nil)
    }
}
