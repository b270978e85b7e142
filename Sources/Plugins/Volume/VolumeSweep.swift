import OpenStack
import PluginKit
import Protection

/// What a protect or restore made and does not keep, and what a delete finds of its checkpoint, whoever made it.
struct VolumeSweep: OperationSweep {
    let kind: OperationKind
    let pollInterval: Duration

    func known(_ context: SweepContext) throws -> [Leaving] {
        let steps: [(String, Remnant.Kind)] =
            switch kind {
            case .protect: [(VolumeProtect.Step.backup, .backup), (VolumeProtect.Step.snapshot, .snapshot)]
            case .restore: [(VolumeRestore.Step.volume, .volume)]
            case .verify, .delete: []
            }
        var known: [Leaving] = []
        for resource in context.resources where !context.kept.contains(resource.key) {
            for (step, kind) in steps {
                guard let id = try context.results.result(of: step, for: resource.key, as: String.self) else {
                    continue
                }
                known.append(Leaving(resource: resource.key, kind: kind.rawValue, id: id))
            }
        }
        return known
    }

    func find(_ context: SweepContext) async throws -> [Leaving] {
        let kept = try kept(context)
        let cinder = context.clients.blockStorage
        let (size, metadata) = (context.pageSize, context.commonMetadata)
        guard kind != .restore else {
            let volumes = cinder.volumes(pageSize: size, metadata: metadata, newestFirst: true)
            return try await collect(volumes, .volume, context, kept) { ($0.id, $0.metadata, $0.createdAt) }
        }
        let snapshots = cinder.snapshots(pageSize: size, metadata: metadata, newestFirst: true)
        let backups = cinder.backups(pageSize: size, newestFirst: true)
        return try await collect(backups, .backup, context, kept) { ($0.id, $0.metadata, $0.createdAt) }
            + collect(snapshots, .snapshot, context, kept) { ($0.id, $0.metadata, $0.createdAt) }
    }

    func remove(_ leaving: Leaving, _ context: SweepContext) async throws {
        guard let kind = Remnant.Kind(rawValue: leaving.kind) else { return }
        // A protect has asked for the removal of its snapshots itself.
        let isUnderWay = self.kind == .protect && kind == .snapshot
        try await CinderThings(clients: context.clients, waiting: context.waiting, pollInterval: pollInterval)
            .remove(Remnant(kind, leaving.id), madeAfter: context.madeAfter, isUnderWay: isUnderWay)
    }

    /// What finished resources keep. A result that cannot be read throws: rather nothing is removed than a good backup.
    private func kept(_ context: SweepContext) throws -> Set<String> {
        let step = kind == .restore ? VolumeRestore.Step.volume : VolumeProtect.Step.backup
        let resources = kind == .delete ? [] : context.kept
        return Set(try resources.compactMap { try context.results.result(of: step, for: $0, as: String.self) })
    }

    /// Reads no farther than to the time when the operation began.
    private func collect<Thing>(
        _ list: PagedSequence<Thing>, _ kind: Remnant.Kind, _ context: SweepContext, _ kept: Set<String>,
        _ read: (Thing) -> (id: String, metadata: [String: String], createdAt: String?)
    ) async throws -> [Leaving] {
        // A resource whose deletion failed has said why, and keeps all there is for the next one.
        let saysItself = self.kind == .delete ? Set(context.resources.map(\.key)).subtracting(context.kept) : []
        var found: [Leaving] = []
        try await list.pages { page in
            for thing in page {
                let (id, metadata, _) = read(thing)
                guard !kept.contains(id), let owner = context.owner(of: metadata), !saysItself.contains(owner) else {
                    continue
                }
                found.append(Leaving(resource: owner, kind: kind.rawValue, id: id))
            }
            guard let limit = context.madeAfter, let oldest = page.last.flatMap({ read($0).createdAt }) else {
                return true
            }
            return oldest >= limit
        }
        return found
    }
}
