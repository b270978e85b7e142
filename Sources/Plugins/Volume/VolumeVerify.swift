import OpenStack
import PluginKit

/// Looks whether the backup is there and can be restored.
struct VolumeVerify: ResourceHooks {
    let pollInterval: Duration

    func main(_ context: ResourceContext) async throws {
        let id = try await VolumeMetadata(context.section).backupID
        _ = try await CinderThings(context, pollInterval: pollInterval).wait(for: Remnant(.backup, id)) { backup in
            // A backup that is being restored is as good as one that is not.
            if ["available", "restoring"].contains(backup.status) { return .done }
            return .failed(reason: backup.isGone ? "the backup is gone" : "the backup is \(backup.statusAndReason)")
        }
        try await context.progress.report("available", as: nil)
    }
}
