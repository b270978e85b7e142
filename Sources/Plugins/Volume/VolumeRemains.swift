import OpenStack
import PluginKit

/// Finds what was made in Cinder for a volume, by its marker, and removes it.
struct VolumeRemains: Sendable {
    let context: ResourceContext
    let pollInterval: Duration

    private var cinder: BlockStorageClient { context.clients.blockStorage }

    /// Removes all backups and snapshots of the volume whose metadata `isOurs`, but for one backup.
    ///
    /// Throws for the first that could not be removed, after having tried all.
    func remove(keeping kept: String?, where isOurs: @Sendable ([String: String]) -> Bool) async throws {
        let volumeID = context.resource.id
        var failures: [String] = []
        for backup in try await cinder.backups(ofVolume: volumeID).all()
        where isOurs(backup.metadata) && backup.id != kept {
            do {
                try await removeBackup(backup.id)
            } catch {
                failures.append("backup \(backup.id) is left: \(error)")
            }
        }
        for snapshot in try await cinder.snapshots(ofVolume: volumeID).all() where isOurs(snapshot.metadata) {
            do {
                try await removeSnapshot(snapshot.id)
            } catch {
                failures.append("snapshot \(snapshot.id) is left: \(error)")
            }
        }
        if !failures.isEmpty { throw ResourceFailure(failures.joined(separator: "; ")) }
    }

    /// Cinder refuses to delete a backup that is still being made, so its end is awaited first.
    func removeBackup(_ id: String) async throws {
        let settled = CinderStates(
            good: ["available", "error", "deleting", "deleted", CinderStates.notFound], bad: [],
            passing: ["creating", "restoring"])
        let status = try await context.waiting.wait(
            upTo: pollInterval, fetch: { try await backupStatus(id) },
            verdict: { settled.verdict($0, what: "the backup") })
        if status == CinderStates.notFound { return }
        if status != "deleting" { try await ignoringNotFound { try await cinder.deleteBackup(id) } }
        _ = try await context.waiting.wait(
            upTo: pollInterval, fetch: { try await backupStatus(id) },
            verdict: { CinderStates.backupGone.verdict($0, what: "the backup") })
    }

    /// A snapshot that a backup is being made of is busy until that ends.
    func removeSnapshot(_ id: String) async throws {
        let settled = CinderStates(
            good: ["available", "error", "error_deleting", "deleting", "deleted", CinderStates.notFound], bad: [],
            passing: ["creating", "backing-up"])
        let status = try await context.waiting.wait(
            upTo: pollInterval, fetch: { try await snapshotStatus(id) },
            verdict: { settled.verdict($0, what: "the snapshot") })
        if status == CinderStates.notFound { return }
        if status != "deleting" { try await ignoringNotFound { try await cinder.deleteSnapshot(id) } }
        _ = try await context.waiting.wait(
            upTo: pollInterval, fetch: { try await snapshotStatus(id) },
            verdict: { CinderStates.snapshotGone.verdict($0, what: "the snapshot") })
    }

    func removeVolume(_ id: String) async throws {
        let settled = CinderStates(
            good: [
                "available", "error", "error_restoring", "error_deleting", "deleting", "deleted", CinderStates.notFound,
            ], bad: [], passing: ["creating", "restoring-backup", "downloading"])
        let status = try await context.waiting.wait(
            upTo: pollInterval, fetch: { try await volumeStatus(id) },
            verdict: { settled.verdict($0, what: "the volume") })
        if status == CinderStates.notFound { return }
        if status != "deleting" { try await ignoringNotFound { try await cinder.deleteVolume(id) } }
        _ = try await context.waiting.wait(
            upTo: pollInterval, fetch: { try await volumeStatus(id) },
            verdict: { CinderStates.volumeGone.verdict($0, what: "the volume") })
    }

    private func backupStatus(_ id: String) async throws -> String {
        try await orNotFound { try await cinder.backup(id).status.rawValue }
    }

    private func snapshotStatus(_ id: String) async throws -> String {
        try await orNotFound { try await cinder.snapshot(id).status.rawValue }
    }

    private func volumeStatus(_ id: String) async throws -> String {
        try await orNotFound { try await cinder.volume(id).status.rawValue }
    }

    private func orNotFound(_ look: () async throws -> String) async throws -> String {
        do {
            return try await look()
        } catch let error as ServiceError where error.code == .notFound {
            return CinderStates.notFound
        }
    }

    private func ignoringNotFound(_ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let error as ServiceError where error.code == .notFound {}
    }
}
