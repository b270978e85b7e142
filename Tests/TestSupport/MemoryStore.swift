package import FoundationEssentials
package import Protection
package import Telemetry

/// The store of one process, kept on a `MemoryDisk`: the contracts of `OperationStore`, `StepJournal`, and of what an
/// operation reads of `RecordStore`.
package struct MemoryStore: OperationStore, StepJournal {
    let disk: MemoryDisk
    let process: Mortal
    /// Thrown by every attempt to read a context: a store whose key was lost.
    package var sealBroken = false

    package init(disk: MemoryDisk, process: Mortal = Mortal()) {
        self.disk = disk
        self.process = process
    }

    private func call<Result: Sendable>(
        _ name: String, _ body: (inout MemoryDisk.Rows) throws(StoreError) -> Result
    ) async throws(StoreError) -> Result {
        try await process.call(name, failure: StoreError(.unavailable, "the disk had a hiccup")) {
            () throws(StoreError) in
            try disk.change { rows throws(StoreError) in try body(&rows) }
        }
    }

    private static func found<Row>(_ row: Row?) throws(StoreError) -> Row {
        guard let row else { throw StoreError(.notFound, "no such row") }
        return row
    }

    // MARK: The queue

    package func admit(_ admission: Admission) async throws(StoreError) {
        let operation = admission.operation
        try await call("admit") { rows throws(StoreError) in
            let reads: Set<OperationKind> = [.restore, .verify]
            let conflicts = rows.operations.contains {
                $0.state != .ended && $0.checkpointID == operation.checkpointID
                    && !(reads.contains($0.kind) && reads.contains(operation.kind))
            }
            if conflicts { throw StoreError(.conflict, "another operation on the checkpoint is under way") }
            let inUse = rows.operations.count { $0.kind == .protect && $0.projectID == operation.projectID }
            if operation.kind == .protect, admission.checkpointQuota >= 0, inUse >= admission.checkpointQuota {
                throw StoreError.quotaExceeded(.checkpoints, limit: admission.checkpointQuota)
            }
            rows.operations.append(operation)
            rows.contexts[operation.id] = admission.context.reveal()
            rows.logs[operation.id] = admission.log
            rows.plans[operation.id] = admission.plan
            if let restore = admission.restore { rows.restores[restore.id] = restore }
            if let verification = admission.verification { rows.verifications[verification.id] = verification }
        }
    }

    package func retract(_ operationID: String) async throws(StoreError) {
        try await call("retract") { rows in
            rows.operations.removeAll { $0.id == operationID }
            rows.contexts[operationID] = nil
            rows.logs[operationID] = nil
            rows.plans[operationID] = nil
        }
    }

    package func unfinished() async throws(StoreError) -> [Operation] {
        try await call("unfinished") { rows in rows.operations.filter { $0.state != .ended } }
    }

    package func operation(_ id: String) async throws(StoreError) -> Operation {
        try await call("operation") { rows throws(StoreError) in
            try Self.found(rows.operations.first { $0.id == id })
        }
    }

    package func context(of operationID: String) async throws(StoreError) -> Secret<[UInt8]> {
        let sealBroken = sealBroken
        return try await call("context") { rows throws(StoreError) in
            if sealBroken { throw StoreError(.sealBroken, "the key of the sealed token was lost") }
            return Secret(try Self.found(rows.contexts[operationID]))
        }
    }

    package func plan(of operationID: String) async throws(StoreError) -> Plan {
        try await call("plan") { rows throws(StoreError) in try Self.found(rows.plans[operationID]) }
    }

    package func begin(_ operationID: String, status: String, at date: Date) async throws(StoreError) {
        try await call("begin") { rows throws(StoreError) in
            guard let index = rows.operations.firstIndex(where: { $0.id == operationID && $0.state == .queued }) else {
                return
            }
            rows.operations[index].state = .running
            rows.logs[operationID]?.status = status
            rows.logs[operationID]?.startedAt = date
        }
    }

    package func report(
        _ operationID: String, extraInfo: JSONValue, resources: ResourceReport?
    ) async throws(StoreError) {
        try await call("report") { rows in
            rows.logs[operationID]?.extraInfo = extraInfo
            if let resources { Self.show(resources, of: operationID, in: &rows) }
        }
    }

    package func conclude(_ conclusion: Conclusion) async throws(StoreError) {
        try await call("conclude") { rows throws(StoreError) in
            let id = conclusion.operationID
            guard let index = rows.operations.firstIndex(where: { $0.id == id && $0.state != .ended }) else { return }
            rows.operations[index].state = .ended
            rows.contexts[id] = nil
            rows.steps[id] = nil
            rows.logs[id]?.status = conclusion.status
            rows.logs[id]?.errorInfo = conclusion.errorInfo
            rows.logs[id]?.extraInfo = conclusion.extraInfo
            rows.logs[id]?.endedAt = conclusion.endedAt
            rows.conclusions[id, default: 0] += 1
            if let report = conclusion.report { Self.show(report, of: id, in: &rows) }
            let status = RestoreStatus(rawValue: conclusion.status)
            if let status, let restoreID = rows.operations[index].restoreID {
                rows.restores[restoreID]?.status = status
            }
            if let status, let verificationID = rows.operations[index].verificationID {
                rows.verifications[verificationID]?.status = status
            }
        }
    }

    package func ownerID() async throws(StoreError) -> String { "the-daemon" }

    private static func show(_ report: ResourceReport, of id: String, in rows: inout MemoryDisk.Rows) {
        guard let operation = rows.operations.first(where: { $0.id == id }) else { return }
        if let restoreID = operation.restoreID { rows.restores[restoreID]?.resources = report }
        if let verificationID = operation.verificationID { rows.verifications[verificationID]?.resources = report }
    }

    // MARK: The journal

    package func steps(of operationID: String) async throws(StoreError) -> [StepRecord] {
        try await call("steps") { rows in (rows.steps[operationID] ?? [:]).values.sorted { $0.path < $1.path } }
    }

    package func begin(_ step: StepRecord) async throws(StoreError) {
        try await call("begin \(step.path)") { rows in
            rows.steps[step.operationID, default: [:]][step.path] = step
        }
    }

    package func finish(operationID: String, path: String, result: [UInt8]) async throws(StoreError) {
        try await call("finish \(path)") { rows throws(StoreError) in
            guard rows.steps[operationID]?[path] != nil else { throw StoreError(.notFound, "no such step") }
            rows.steps[operationID]?[path]?.result = result
        }
    }
}

extension MemoryStore: RecordStore {
    package func restore(_ id: String) async throws(StoreError) -> Restore {
        try await call("restore") { rows throws(StoreError) in try Self.found(rows.restores[id]) }
    }

    package func verification(_ id: String) async throws(StoreError) -> Verification {
        try await call("verification") { rows throws(StoreError) in try Self.found(rows.verifications[id]) }
    }

    package func operationLog(_ id: String) async throws(StoreError) -> OperationLog {
        try await call("log") { rows throws(StoreError) in try Self.found(rows.logs[id]) }
    }

    // What no operation asks for.
    package func insert(_ plan: Plan, quota: Int) async throws(StoreError) { throw Self.notKept }
    package func plan(_ id: String) async throws(StoreError) -> Plan { throw Self.notKept }
    package func plans(_ query: ListQuery) async throws(StoreError) -> [Plan] { throw Self.notKept }
    package func update(_ plan: Plan, at date: Date) async throws(StoreError) { throw Self.notKept }
    package func deletePlan(_ id: String, at date: Date) async throws(StoreError) { throw Self.notKept }
    package func restores(_ query: ListQuery) async throws(StoreError) -> [Restore] { throw Self.notKept }
    package func verifications(_ query: ListQuery) async throws(StoreError) -> [Verification] { throw Self.notKept }
    package func operationLogs(_ query: ListQuery) async throws(StoreError) -> [OperationLog] { throw Self.notKept }

    private static var notKept: StoreError { StoreError(.notFound, "this store keeps no such rows") }
}
