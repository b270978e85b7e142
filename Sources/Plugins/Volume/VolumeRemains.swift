import Loop
import OpenStack
import PluginKit

/// Finds what was made in Cinder for a volume, and removes it.
struct VolumeRemains: Sendable {
    let context: ResourceContext
    let pollInterval: Duration

    private var cinder: BlockStorageClient { context.clients.blockStorage }

    /// Removes all backups and snapshots of the volume whose metadata `isOurs`, but for one backup.
    ///
    /// - Parameter known: what is known to have been made; see `remove(known:find:)`.
    func remove(
        keeping kept: String?, known: [Remnant] = [], where isOurs: @escaping @Sendable ([String: String]) -> Bool
    ) async throws {
        let (cinder, volumeID) = (cinder, VolumeID.canonical(context.resource.id))
        try await remove(known: known) {
            let backups = try await cinder.backups(ofVolume: volumeID).all()
                .filter { isOurs($0.metadata) && $0.id != kept }
            let snapshots = try await cinder.snapshots(ofVolume: volumeID).all().filter { isOurs($0.metadata) }
            return backups.map { Remnant(.backup, $0.id) } + snapshots.map { Remnant(.snapshot, $0.id) }
        }
    }

    /// Removes all that `find` finds: tries each, and then throws for those that are left.
    ///
    /// Where Cinder cannot be asked what there is, what is `known` to have been made is named.
    func remove(known: [Remnant], find: @escaping @Sendable () async throws -> [Remnant]) async throws {
        var left: [String] = []
        do {
            for remnant in try await context.waiting.answer(of: find) {
                do { try await remove(remnant) } catch { left.append(Self.left(remnant, error)) }
            }
        } catch {
            guard !known.isEmpty else { throw error }
            left = known.map { Self.left($0, error) }
        }
        if !left.isEmpty { throw ResourceFailure(left.joined(separator: "; ")) }
    }

    /// Returns when it is gone.
    func remove(_ remnant: Remnant) async throws {
        let what = "the \(remnant.kind.rawValue)"
        let status = try await context.waiting.wait(
            upTo: pollInterval, fetch: { try await self.status(of: remnant) },
            verdict: { remnant.kind.settled.verdict($0, what: what) })
        if status == CinderStates.notFound { return }
        for _ in 1...Self.attempts {
            try await context.waiting.answer {
                // Looked at again: this may be another try, after an answer that was lost.
                let status = try await self.status(of: remnant)
                if ![CinderStates.notFound, "deleting", "deleted"].contains(status) { try await delete(remnant) }
            }
            let looks = Locked(0)
            let status = try await context.waiting.wait(
                upTo: pollInterval, fetch: { try await self.status(of: remnant) },
                verdict: { status in
                    // Cinder goes back to it where it cannot delete, and from a deletion that never reached it.
                    let isBack = status == "available"
                    let count = looks.withLock { looks in
                        looks = isBack ? looks + 1 : 0
                        return looks
                    }
                    return count >= Self.patience ? .done : remnant.kind.gone.verdict(status, what: what)
                })
            if remnant.kind.gone.good.contains(status) { return }
        }
        throw ResourceFailure("Cinder has not deleted \(what)")
    }

    /// How often Cinder is told to delete something that it then leaves as it was, and how many looks say that it does.
    private static let attempts = 3
    private static let patience = 5

    /// How something that could not be removed is named.
    private static func left(_ remnant: Remnant, _ error: any Error) -> String {
        "\(remnant) is left: \((error as? ServiceError)?.message ?? "\(error)")"
    }

    private func status(of remnant: Remnant) async throws -> String {
        do {
            switch remnant.kind {
            case .backup: return try await cinder.backup(remnant.id).status.rawValue
            case .snapshot: return try await cinder.snapshot(remnant.id).status.rawValue
            case .volume: return try await cinder.volume(remnant.id).status.rawValue
            }
        } catch  where error.code == .notFound {
            return CinderStates.notFound
        }
    }

    private func delete(_ remnant: Remnant) async throws {
        do {
            switch remnant.kind {
            case .backup: try await cinder.deleteBackup(remnant.id)
            case .snapshot: try await cinder.deleteSnapshot(remnant.id)
            case .volume: try await cinder.deleteVolume(remnant.id)
            }
        } catch  where error.code == .notFound {}
    }
}
