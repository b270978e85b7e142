package import FoundationEssentials
package import Protection
package import Telemetry

/// The store of one process, kept on a `MemoryDisk`: the contracts of `OperationStore` and `StepJournal`, held by the same
/// suites as SQLite's, and what an operation reads of `RecordStore`.
package struct MemoryStore: OperationStore, StepJournal {
    let disk: MemoryDisk
    let process: Mortal
    /// Thrown by every attempt to read a context: a store whose key was lost.
    package var sealBroken = false
    package var owner = "the-daemon"

    package init(disk: MemoryDisk, process: Mortal = Mortal()) {
        self.disk = disk
        self.process = process
    }

    func call<Result: Sendable>(
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

    /// The place of an operation among the rows, also of one that has ended.
    private static func place(_ id: String, in rows: borrowing MemoryDisk.Rows) throws(StoreError) -> Int {
        try found(rows.operations.firstIndex { $0.id == id })
    }

    // MARK: The queue

    package func admit(_ admission: Admission) async throws(StoreError) {
        let operation = admission.operation
        try await call("admit") { rows throws(StoreError) in
            if rows.operations.contains(where: { $0.id == operation.id }) {
                throw StoreError(.conflict, "such a row exists already")
            }
            var cancelled: [Int: Operation] = [:]
            for place in rows.operations.indices where rows.operations[place].state != .ended {
                var other = rows.operations[place]
                if operation.kind == .delete, other.kind == .protect, other.checkpointID == operation.checkpointID {
                    other.cancelledAt = other.cancelledAt ?? operation.submittedAt
                    cancelled[place] = other
                }
                if let conflict = operation.conflict(with: other) { throw conflict }
            }
            if operation.kind == .protect {
                let inUse = rows.checkpoints.values.count { $0 == operation.projectID }
                let limit = admission.checkpointQuota
                if limit >= 0, inUse >= limit {
                    throw StoreError.quotaExceeded(.checkpoints, limit: limit)
                }
                rows.checkpoints[operation.checkpointID] = operation.projectID
            }
            for (place, other) in cancelled { rows.operations[place] = other }
            if let answer = admission.answer {
                try Self.keep(answer, in: &rows)
                rows.keys[operation.id] = answer.key
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
        try await call("retract") { rows throws(StoreError) in
            guard let place = rows.operations.firstIndex(where: { $0.id == operationID }) else { return }
            let operation = rows.operations[place]
            if operation.state == .ended { throw StoreError(.conflict, "it has ended and cannot be taken back") }
            if operation.kind == .protect { rows.checkpoints[operation.checkpointID] = nil }
            if let id = operation.restoreID { rows.restores[id] = nil }
            if let id = operation.verificationID { rows.verifications[id] = nil }
            rows.logs[operationID] = nil
            if let key = rows.keys[operationID] { rows.answers[key] = nil }
            rows.operations.remove(at: place)
            Self.wipe(operationID, in: &rows)
        }
    }

    package func unfinished() async throws(StoreError) -> UnfinishedOperations {
        try await call("unfinished") { rows in
            var found = UnfinishedOperations()
            // Those of one time in the order in which they came.
            let sorted = rows.operations.enumerated().sorted {
                ($0.element.submittedAt, $0.offset) < ($1.element.submittedAt, $1.offset)
            }
            for operation in sorted.map(\.element) where operation.state != .ended {
                if let reason = rows.damages[operation.id] {
                    found.damaged.append(
                        DamagedOperation(
                            id: operation.id, providerID: operation.providerID, checkpointID: operation.checkpointID,
                            reason: reason))
                } else {
                    found.operations.append(operation)
                }
            }
            return found
        }
    }

    package func unfinished(onCheckpoint id: String) async throws(StoreError) -> [Operation] {
        try await unfinished().operations.filter { $0.checkpointID == id }
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

    @discardableResult
    package func begin(
        _ operationID: String, status: String, at date: Date
    ) async throws(StoreError) -> Operation {
        try await call("begin") { rows throws(StoreError) in
            let place = try Self.place(operationID, in: rows)
            switch rows.operations[place].state {
            case .running: return rows.operations[place]
            case .ended: throw StoreError(.conflict, "it has ended already")
            case .queued: break
            }
            rows.operations[place].state = .running
            rows.logs[operationID]?.status = status
            if rows.logs[operationID]?.startedAt == nil { rows.logs[operationID]?.startedAt = date }
            return rows.operations[place]
        }
    }

    package func cancel(_ operationID: String, at date: Date) async throws(StoreError) -> Bool {
        try await call("cancel") { rows in
            guard let place = rows.operations.firstIndex(where: { $0.id == operationID && $0.state != .ended }) else {
                return false
            }
            rows.operations[place].cancelledAt = rows.operations[place].cancelledAt ?? date
            return true
        }
    }

    package func report(
        _ operationID: String, extraInfo: JSONValue, resources: ResourceReport?
    ) async throws(StoreError) {
        try await call("report") { rows throws(StoreError) in
            let operation = rows.operations[try Self.place(operationID, in: rows)]
            guard operation.state != .ended else { return }
            rows.logs[operationID]?.extraInfo = extraInfo
            if let resources { Self.show(resources, of: operation, in: &rows) }
        }
    }

    package func conclude(_ conclusion: Conclusion) async throws(StoreError) {
        try await call("conclude") { rows throws(StoreError) in
            let id = conclusion.operationID
            let place = try Self.place(id, in: rows)
            let operation = rows.operations[place]
            guard operation.state != .ended else { return }
            rows.operations[place].state = .ended
            rows.logs[id]?.status = conclusion.status
            rows.logs[id]?.errorInfo = conclusion.errorInfo
            rows.logs[id]?.extraInfo = conclusion.extraInfo
            rows.logs[id]?.endedAt = conclusion.endedAt
            rows.conclusions[id, default: 0] += 1
            if let report = conclusion.report { Self.show(report, of: operation, in: &rows) }
            Self.end(operation, RestoreStatus(rawValue: conclusion.status) ?? .fail, in: &rows)
            if operation.kind == .delete, conclusion.status == CheckpointStatus.deleted.rawValue {
                rows.checkpoints[operation.checkpointID] = nil
            }
            Self.wipe(id, in: &rows)
        }
    }

    package func abandon(_ operationID: String, errorInfo: String, at date: Date) async throws(StoreError) {
        try await call("abandon") { rows in
            guard let place = rows.operations.firstIndex(where: { $0.id == operationID && $0.state != .ended }) else {
                return
            }
            rows.operations[place].state = .ended
            rows.logs[operationID]?.status = "error"
            rows.logs[operationID]?.errorInfo = errorInfo
            rows.logs[operationID]?.endedAt = date
            Self.end(rows.operations[place], .fail, in: &rows)
            Self.wipe(operationID, in: &rows)
        }
    }

    package func ownerID() async throws(StoreError) -> String { owner }

    private static func show(_ report: ResourceReport, of operation: Operation, in rows: inout MemoryDisk.Rows) {
        if let id = operation.restoreID { rows.restores[id]?.resources = report }
        if let id = operation.verificationID { rows.verifications[id]?.resources = report }
    }

    private static func end(_ operation: Operation, _ status: RestoreStatus, in rows: inout MemoryDisk.Rows) {
        if let id = operation.restoreID { rows.restores[id]?.status = status }
        if let id = operation.verificationID { rows.verifications[id]?.status = status }
    }

    private static func wipe(_ operationID: String, in rows: inout MemoryDisk.Rows) {
        rows.contexts[operationID] = nil
        rows.plans[operationID] = nil
        rows.steps[operationID] = nil
    }

    // MARK: The journal

    package func steps(of operationID: String) async throws(StoreError) -> [StepRecord] {
        try await call("steps") { rows in
            (rows.steps[operationID] ?? [:]).values.sorted { ($0.begunAt, $0.path) < ($1.begunAt, $1.path) }
        }
    }

    package func begin(_ step: StepRecord) async throws(StoreError) {
        try await call("begin \(step.path)") { rows throws(StoreError) in
            guard rows.operations[try Self.place(step.operationID, in: rows)].state != .ended else {
                throw StoreError(.notFound, "its operation has ended")
            }
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
    package func insert(_ plan: Plan, quota: Int, keeping answer: KeptAnswer?) async throws(StoreError) {
        throw Self.notKept
    }
    package func plan(_ id: String) async throws(StoreError) -> Plan { throw Self.notKept }
    package func plans(_ query: ListQuery) async throws(StoreError) -> [Plan] { throw Self.notKept }
    package func update(_ plan: Plan, at date: Date) async throws(StoreError) { throw Self.notKept }
    package func deletePlan(_ id: String, at date: Date) async throws(StoreError) { throw Self.notKept }
    package func restores(_ query: ListQuery) async throws(StoreError) -> [Restore] { throw Self.notKept }
    package func verifications(_ query: ListQuery) async throws(StoreError) -> [Verification] { throw Self.notKept }
    package func operationLogs(_ query: ListQuery) async throws(StoreError) -> [OperationLog] { throw Self.notKept }

    private static var notKept: StoreError { StoreError(.notFound, "this store keeps no such rows") }
}
