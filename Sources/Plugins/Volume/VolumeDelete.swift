import PluginKit
import Protection

/// Deletes the backup. Whatever else carries the checkpoint's mark goes with the operation's sweep: a protect that failed may
/// have left something.
struct VolumeDelete: ResourceHooks {
    let pollInterval: Duration

    func main(_ context: ResourceContext) async throws {
        let section = context.section
        try await section.put(text: "deleting", at: BankObject.status)
        // There is none where the protect never came so far.
        if let id = try await VolumeMetadata.kept(in: section)?.backupID {
            try await context.step(repeatable: "delete-backup") {
                try await CinderThings(context, pollInterval: pollInterval).remove(Remnant(.backup, id))
            }
        }
        try await section.delete(BankObject.metadata)
        try await section.put(text: "deleted", at: BankObject.status)
    }

    /// Nothing was made that would be to remove; the checkpoint's own status says it too, should the bank not take it.
    func cleanUp(_ context: ResourceContext) async throws {
        try? await context.section.put(text: "error", at: BankObject.status)
    }
}
