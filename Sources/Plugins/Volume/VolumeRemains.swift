import OpenStack
import PluginKit

/// Finds what was made in Cinder for a volume, by its marker, and removes it.
struct VolumeRemains: Sendable {
    let context: ResourceContext
    let pollInterval: Duration

    private var cinder: BlockStorageClient { context.clients.blockStorage }

    /// Removes all backups and snapshots of the volume whose metadata `isOurs`, but for one backup.
    ///
    /// Tries all, and then throws for those that are left.
    func remove(keeping kept: String?, where isOurs: @Sendable ([String: String]) -> Bool) async throws {
        let volumeID = VolumeID.canonical(context.resource.id)
        let backups = try await cinder.backups(ofVolume: volumeID).all()
            .filter { isOurs($0.metadata) && $0.id != kept }.map(\.id)
        let snapshots = try await cinder.snapshots(ofVolume: volumeID).all().filter { isOurs($0.metadata) }.map(\.id)
        var left: [String] = []
        for id in backups {
            do { try await removeBackup(id) } catch { left.append(Self.left("backup", id, error)) }
        }
        for id in snapshots {
            do { try await removeSnapshot(id) } catch { left.append(Self.left("snapshot", id, error)) }
        }
        if !left.isEmpty { throw ResourceFailure(left.joined(separator: "; ")) }
    }

    /// How something that could not be removed is named.
    static func left(_ what: String, _ id: String, _ error: any Error) -> String {
        "\(what) \(id) is left: \((error as? ServiceError)?.message ?? "\(error)")"
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
