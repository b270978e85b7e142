import Engine
import Protection
import Store

/// Looks whether all is as it has to be, once everybody has come to rest.
///
/// 1. Every operation that is in the store has ended, and nothing of what it needed is kept: context, plan, steps.
/// 2. What the log, the bank and the rows of restores and verifications say of an end is the same.
/// 3. No resource has two backups for one checkpoint.
/// 4. A checkpoint that is available has for each resource a backup that is there, whole, and the one that the bank names.
/// 5. Of one that is not, the backups that are left are those of finished resources, as the bank names them, or are named in
///    the error of an operation on it. Of a deleted one nothing is left, unless that is so named.
///    After a cancellation no resource is finished.
/// 6. No snapshot is left, unless it is so named.
/// 7. A restore that succeeded has made one volume for each resource, with what was protected; one that failed has left none
///    but of resources that were finished, and those that are named.
/// 8. No trust is left, in Keystone or in the store. What users had is as it was.
struct Judge {
    let world: World
    let users: Users
    let logs: [OperationLog]
    let restores: [Restore]
    let verifications: [Verification]

    /// - Parameter seen: operations of which it is known that nothing of what they needed is kept.
    init(_ world: World, _ users: Users, _ store: SQLiteStore, seen: inout Set<String>) throws {
        self.world = world
        self.users = users
        let query = ListQuery(projectID: nil, sort: [.init(key: "created_at", isDescending: false)], limit: 1000)
        (logs, restores, verifications) = try world.now {
            (
                try await store.operationLogs(query), try await store.restores(query),
                try await store.verifications(query)
            )
        }
        let ids = logs.map(\.id).filter { !seen.contains($0) }
        let left = try world.now { () -> [String] in
            var left: [String] = []
            let unfinished = try await store.unfinished()
            left += unfinished.operations.map { "operation \($0.id) has not ended" }
            left += unfinished.damaged.map { "operation \($0.id) is damaged: \($0.reason)" }
            for id in ids {
                if (try? await store.context(of: id)) != nil { left.append("the context of \(id) is kept") }
                if (try? await store.plan(of: id)) != nil { left.append("the plan of \(id) is kept") }
                for step in try await store.steps(of: id) { left.append("step \(step.path) of \(id) is kept") }
            }
            for trust in try await store.superfluousTrusts() {
                left.append("the trust of \(trust.operationID) is kept")
            }
            return left
        }
        if let first = left.first { throw Finding(first) }
        seen.formUnion(ids)
    }

    func judge() throws {
        try judgeOperations()
        for checkpoint in world.checkpoints { try judge(checkpoint) }
        for restore in restores { try judge(restore) }
        for thing in world.cloud.cinder.all(.snapshots) where !isNamed(thing) {
            throw Finding("snapshot \(thing.id) of \(owner(of: thing)) is left")
        }
        if let trust = world.cloud.keystone.trusts.keys.sorted().first { throw Finding("trust \(trust) is left") }
        for project in users.projects {
            for resource in project.plan.resources {
                let volume = world.cloud.cinder.things[resource.id]
                guard volume?.status == "available", volume?.content == "what \(resource.id) holds" else {
                    throw Finding("the user's volume \(resource.id) is \(volume?.status ?? "gone")")
                }
            }
        }
        for id in users.accepted where !logs.contains(where: { $0.checkpointID == id && $0.operationType == "protect" })
        {
            throw Finding("the protect of \(id) was accepted and is unknown")
        }
    }

    private func judgeOperations() throws {
        for log in logs {
            guard log.endedAt != nil else { throw Finding("the log of \(log.id) has no end") }
            if let id = log.restoreID, let restore = restores.first(where: { $0.id == id }) {
                try expect(
                    restore.status.rawValue == log.status,
                    "restore \(id) is \(restore.status.rawValue), its log \(log.status)")
            }
        }
        for verification in verifications {
            try expect(verification.status != .inProgress, "verification \(verification.id) has no end")
        }
    }

    private func expect(_ isSo: Bool, _ otherwise: @autoclosure () -> String) throws {
        if !isSo { throw Finding(otherwise()) }
    }

    // MARK: - Checkpoints

    private func judge(_ checkpoint: Checkpoint) throws {
        let changes = logs.filter {
            $0.checkpointID == checkpoint.id && ["protect", "delete"].contains($0.operationType)
        }
        guard let last = changes.last else { throw Finding("checkpoint \(checkpoint.id) is nobody's") }
        try expect(
            last.status == checkpoint.status.rawValue,
            "checkpoint \(checkpoint.id) is \(checkpoint.status.rawValue), its last operation says \(last.status)")
        let indices = world.indices(of: checkpoint).count
        try expect(
            indices == (checkpoint.status == .deleted ? 0 : 3),
            "checkpoint \(checkpoint.id) is \(checkpoint.status.rawValue) and in \(indices) indices")
        for resource in checkpoint.resourceIDs { try judge(resource, of: checkpoint) }
    }

    private func judge(_ resource: String, of checkpoint: Checkpoint) throws {
        let what = "\(resource) in \(checkpoint.id), which is \(checkpoint.status.rawValue)"
        let backups = world.cloud.cinder.all(.backups).filter {
            $0.metadata["karbor_checkpoint_id"] == checkpoint.id && $0.metadata["karbor_resource_id"] == resource
        }
        let unnamed = backups.filter { !isNamed($0) }
        try expect(unnamed.count < 2, "\(unnamed.count) backups of \(what): \(unnamed.map(\.id))")
        let status = world.status(of: resource, in: checkpoint)
        if wasCancelled(checkpoint) {
            try expect(status != "available", "the bank says \(status ?? "nothing") of the cancelled \(what)")
        }
        switch checkpoint.status {
        case .available:
            try expect(status == "available", "the bank says \(status ?? "nothing") of \(what)")
            let id = world.backupID(of: resource, in: checkpoint)
            let backup = id.flatMap { world.cloud.cinder.things[$0] }
            try expect(backup?.status == "available", "backup \(id ?? "?") of \(what) is \(backup?.status ?? "gone")")
            try expect(
                backup?.content == "what \(resource) holds",
                "backup \(id ?? "?") of \(what) has \(backup?.content ?? "nothing")")
            try expect(
                unnamed.allSatisfy { $0.id == id }, "the bank names another backup of \(what) than \(unnamed.map(\.id))"
            )
        case .error where status == "available":
            let id = world.backupID(of: resource, in: checkpoint)
            let backup = id.flatMap { world.cloud.cinder.things[$0] }
            try expect(
                backup?.status == "available",
                "backup \(id ?? "?") of the finished \(what) is \(backup?.status ?? "gone")")
            try expect(
                unnamed.allSatisfy { $0.id == id }, "the bank names another backup of \(what) than \(unnamed.map(\.id))"
            )
        case .error, .deleted:
            try expect(
                unnamed.isEmpty,
                "backup \(unnamed.first?.id ?? "") of \(what) is left; the bank says \(status ?? "nothing")")
        case .errorDeleting: break
        default: throw Finding("\(what) is still on its way")
        }
    }

    private func wasCancelled(_ checkpoint: Checkpoint) -> Bool {
        checkpoint.status == .error
            && logs.contains {
                $0.checkpointID == checkpoint.id && $0.operationType == "protect"
                    && $0.errorInfo?.hasPrefix("cancelled") ?? false
            }
    }

    /// Whether an operation has told that something was left.
    private func isNamed(_ thing: CinderThing) -> Bool {
        let checkpoint = thing.metadata["karbor_checkpoint_id"]
        return logs.contains { $0.checkpointID == checkpoint && $0.errorInfo?.contains(thing.id) ?? false }
    }

    private func owner(of thing: CinderThing) -> String {
        "\(thing.metadata["karbor_resource_id"] ?? "?") in \(thing.metadata["karbor_checkpoint_id"] ?? "?")"
    }

    // MARK: - Restores

    private func judge(_ restore: Restore) throws {
        guard let log = logs.first(where: { $0.restoreID == restore.id }) else {
            throw Finding("restore \(restore.id) has no log")
        }
        let made = world.cloud.cinder.all(.volumes).filter { $0.metadata["karbor_operation_id"] == log.id }
        guard let checkpoint = world.checkpoints.first(where: { $0.id == restore.checkpointID }) else {
            throw Finding("restore \(restore.id) is of no checkpoint")
        }
        for resource in checkpoint.resourceIDs {
            let volumes = made.filter { $0.metadata["karbor_resource_id"] == resource && !isNamed($0) }
            try expect(volumes.count < 2, "restore \(restore.id) made \(volumes.map(\.id)) for \(resource)")
            let finished = restore.resources.status.contains { key, status in
                status == "available" && volumes.contains { key.hasSuffix("#" + $0.id) }
            }
            if restore.status == .success || finished {
                let volume = volumes.first
                try expect(volume?.status == "available", "restore \(restore.id) made no volume for \(resource)")
                try expect(
                    volume?.content == "what \(resource) holds",
                    "restore \(restore.id) made \(volume?.id ?? "?") for \(resource) with \(volume?.content ?? "nothing")"
                )
                try expect(
                    volume?.name == "\(checkpoint.id)@\(resource)",
                    "restore \(restore.id) made \(volume?.id ?? "?") with the name \(volume?.name ?? "")")
            } else {
                try expect(
                    volumes.isEmpty, "restore \(restore.id) failed and left \(volumes.first?.id ?? "") of \(resource)")
            }
        }
    }
}
