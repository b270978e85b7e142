import Loop
import OpenStack
import PluginKit

/// Waits for things in Cinder, and removes them: what hooks and sweep have in common.
struct CinderThings: Sendable {
    let cinder: BlockStorageClient
    let waiting: any Waiting
    let pollInterval: Duration
    /// Told how large things are, as soon as Cinder says it.
    private let progress: (any ResourceProgress)?

    init(_ context: ResourceContext, pollInterval: Duration) {
        self.init(
            clients: context.clients, waiting: context.waiting, pollInterval: pollInterval, progress: context.progress)
    }

    init(
        clients: ClientFactory, waiting: any Waiting, pollInterval: Duration, progress: (any ResourceProgress)? = nil
    ) {
        self.progress = progress
        cinder = clients.blockStorage
        self.waiting = waiting
        self.pollInterval = pollInterval
    }

    /// - Parameters:
    ///   - madeAfter: see `Waiting.wait`.
    ///   - what: begins the reason of a failure: `the snapshot of the volume`.
    @discardableResult
    func wait(
        for thing: Remnant, until states: CinderStates, as what: String, madeAfter: String? = nil
    ) async throws -> Sighting {
        try await wait(for: thing, madeAfter: madeAfter) { [progress] sighting in
            progress?.expect(gibibytes: sighting.size)
            return states.verdict(sighting, what: what)
        }
    }

    func wait(
        for thing: Remnant, madeAfter: String? = nil, verdict: @escaping @Sendable (Sighting) -> Verdict
    ) async throws -> Sighting {
        let collection: WatchedCollection =
            switch thing.kind {
            case .volume: .volumes(cinder)
            case .snapshot: .snapshots(cinder)
            case .backup: .backups(cinder)
            }
        return try await waiting.wait(
            for: thing.id, in: collection, madeAfter: madeAfter, upTo: pollInterval, verdict: verdict)
    }

    /// Makes a request that Cinder refuses while something is being done to what it is about. `rest` is asked when it has
    /// refused: it returns when that is over.
    ///
    /// Throws Cinder's refusal when it has refused `attempts` times, or what `rest` throws.
    func attempt<Result>(
        _ request: () async throws -> Result, whenRefused rest: () async throws -> Void
    ) async throws -> Result {
        for _ in 1..<Self.attempts {
            do {
                return try await request()
            } catch let error as ServiceError where error.code == .badRequest {
                try await rest()
            }
        }
        return try await request()
    }

    // MARK: Removal

    /// How often Cinder is asked for what it refuses or leaves undone, and how many looks say that it is left undone.
    private static let attempts = 3
    private static let patience = 5

    /// Returns when Cinder has begun to delete it, or there is none. What becomes of that, nobody looks at.
    func beginRemoval(_ remnant: Remnant) async throws {
        _ = try await delete(remnant, "the \(remnant.kind.rawValue)")
    }

    /// Returns when it is gone.
    ///
    /// - Parameter isUnderWay: it is being deleted, as a rule: it is looked at before Cinder is asked to.
    func remove(_ remnant: Remnant, madeAfter: String? = nil, isUnderWay: Bool = false) async throws {
        let what = "the \(remnant.kind.rawValue)"
        if isUnderWay {
            let sighting = try await wait(for: remnant, madeAfter: madeAfter) { sighting in
                sighting.status == "deleting" ? .pending : .done
            }
            if remnant.kind.gone.good.contains(sighting.status) { return }
        }
        for _ in 1...Self.attempts {
            if try await delete(remnant, what) { return }
            let looks = Locked(0)
            let sighting = try await wait(for: remnant, madeAfter: madeAfter) { sighting in
                // Cinder goes back to it where it cannot delete, and from a deletion that never reached it.
                let isBack = sighting.status == "available"
                let count = looks.withLock { looks in
                    looks = isBack ? looks + 1 : 0
                    return looks
                }
                return count >= Self.patience ? .done : remnant.kind.gone.verdict(sighting, what: what)
            }
            if remnant.kind.gone.good.contains(sighting.status) { return }
        }
        throw ResourceFailure("Cinder has not deleted \(what)")
    }

    /// Has Cinder begin to delete it, or finds that it does already; true where there is none any more.
    private func delete(_ remnant: Remnant, _ what: String) async throws -> Bool {
        var last = ""
        let isGone = try await attempt {
            // Looked at before: this may be another try, after an answer that was lost.
            if ["deleting", "deleted", Sighting.notFound].contains(last) { return last == Sighting.notFound }
            return try await waiting.answer { try await self.ask(remnant) }
        } whenRefused: {
            last = try await wait(for: remnant, until: remnant.kind.settled, as: what).status
        }
        return isGone
    }

    private func ask(_ remnant: Remnant) async throws -> Bool {
        do {
            switch remnant.kind {
            case .backup: try await cinder.deleteBackup(remnant.id)
            case .snapshot: try await cinder.deleteSnapshot(remnant.id)
            case .volume: try await cinder.deleteVolume(remnant.id)
            }
            return false
        } catch  where error.code == .notFound {
            return true
        }
    }
}
