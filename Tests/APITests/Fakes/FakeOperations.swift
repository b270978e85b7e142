import Engine
import Foundation
import Loop
import Protection

@testable import API

/// The admission side of an engine that does nothing further: a test moves its checkpoints along.
final class FakeOperations: OperationService {
    struct State {
        var checkpoints: [Checkpoint] = []
        var nextCheckpointID: String?
        var nextRestoreID: String?
        var nextVerificationID: String?
        /// What the next call is refused with.
        var fault: ServiceFault?
        var lastQuery: CheckpointQuery?
        var lastRestore: RestoreRequest?
        var lastExtraInfo: JSONValue?
        var cancelledRestores: [String] = []
        /// How often something was admitted.
        var admissions = 0
    }

    let state = Locked(State())
    private let records: MemoryRecords
    private let now: @Sendable () -> Date

    init(records: MemoryRecords, now: @escaping @Sendable () -> Date) {
        self.records = records
        self.now = now
    }

    private func admit<T>(_ body: (inout State) throws(ServiceFault) -> T) throws(ServiceFault) -> T {
        try state.withLock { state throws(ServiceFault) in
            if let fault = state.fault { throw fault }
            let result = try body(&state)
            state.admissions += 1
            return result
        }
    }

    private func keep(_ answer: KeptAnswer) throws(ServiceFault) {
        do {
            try records.answers.add(answer)
        } catch {
            throw ServiceFault(error)
        }
    }

    func protect(
        _ plan: Plan, extraInfo: JSONValue, quota: Int, caller: Caller, keeping: Keeping<Checkpoint>?
    ) throws(ServiceFault) -> Checkpoint {
        try admit { state throws(ServiceFault) in
            guard quota < 0 || state.checkpoints.count(where: { $0.projectID == plan.projectID }) < quota else {
                throw ServiceFault(.overLimit, StoreError.quotaExceeded(.checkpoints, limit: quota).message)
            }
            state.lastExtraInfo = extraInfo
            let checkpoint = Checkpoint(
                id: state.nextCheckpointID ?? UUID().uuidString.lowercased(), plan: plan, ownerID: "owner",
                extraInfo: .string(extraInfo.encoded), at: now())
            if let keeping { try keep(keeping(checkpoint)) }
            state.checkpoints.append(checkpoint)
            return checkpoint
        }
    }

    func restore(
        _ request: RestoreRequest, caller: Caller, keeping: Keeping<Restore>?
    ) throws(ServiceFault) -> Restore {
        let restore = try admit { state throws(ServiceFault) in
            let checkpoint = try Self.find(state, request.checkpointID, request.providerID, caller)
            guard checkpoint.status == .available else { throw ServiceFault(.conflict, "not available") }
            state.lastRestore = request
            return Restore(
                id: state.nextRestoreID ?? UUID().uuidString.lowercased(), projectID: caller.projectID,
                providerID: request.providerID, checkpointID: request.checkpointID,
                restoreTarget: request.restoreTarget, parameters: request.parameters, createdAt: now())
        }
        if let keeping { try keep(keeping(restore)) }
        records.rows.withLock { $0.restores.append(restore) }
        return restore
    }

    func verify(
        _ request: VerificationRequest, caller: Caller, keeping: Keeping<Verification>?
    ) throws(ServiceFault) -> Verification {
        let verification = try admit { state throws(ServiceFault) in
            _ = try Self.find(state, request.checkpointID, request.providerID, caller)
            return Verification(
                id: state.nextVerificationID ?? UUID().uuidString.lowercased(), projectID: caller.projectID,
                providerID: request.providerID, checkpointID: request.checkpointID, parameters: request.parameters,
                createdAt: now())
        }
        if let keeping { try keep(keeping(verification)) }
        records.rows.withLock { $0.verifications.append(verification) }
        return verification
    }

    func delete(checkpointID: String, providerID: String, caller: Caller) throws(ServiceFault) {
        try admit { state throws(ServiceFault) in
            let checkpoint = try Self.find(state, checkpointID, providerID, caller)
            guard checkpoint.status.isDeletable else { throw ServiceFault(.conflict, "not deletable") }
            Self.set(&state, checkpointID, .deleting)
        }
    }

    func cancelProtect(checkpointID: String, providerID: String, caller: Caller) throws(ServiceFault) {
        try admit { state throws(ServiceFault) in
            let checkpoint = try Self.find(state, checkpointID, providerID, caller)
            guard checkpoint.status != .deleting else { throw ServiceFault(.conflict, "it is being deleted") }
            if checkpoint.status == .protecting { Self.set(&state, checkpointID, .error) }
        }
    }

    func cancel(_ restore: Restore, caller: Caller) throws(ServiceFault) {
        try admit { $0.cancelledRestores.append(restore.id) }
    }

    func resetState(
        checkpointID: String, providerID: String, to status: CheckpointStatus, caller: Caller
    ) throws(ServiceFault) {
        try admit { state throws(ServiceFault) in
            let checkpoint = try Self.find(state, checkpointID, providerID, caller)
            guard checkpoint.status.isResettable else { throw ServiceFault(.badRequest, "not resettable") }
            Self.set(&state, checkpointID, status)
        }
    }

    func checkpoint(_ id: String, providerID: String, caller: Caller) throws(ServiceFault) -> Checkpoint {
        try state.withLock { state throws(ServiceFault) in try Self.find(state, id, providerID, caller) }
    }

    func checkpoints(
        _ query: CheckpointQuery, providerID: String, caller: Caller
    ) throws(ServiceFault) -> [Checkpoint] {
        state.withLock { state in
            state.lastQuery = query
            let found = state.checkpoints.filter { checkpoint in
                checkpoint.providerID == providerID
                    && (query.projectID == nil || checkpoint.projectID == query.projectID)
                    && (query.planID == nil || checkpoint.planID == query.planID)
            }
            return Array(found.prefix(query.limit ?? .max))
        }
    }

    var lastRestore: RestoreRequest? { state.withLock(\.lastRestore) }

    func set(_ id: String, _ status: CheckpointStatus) { state.withLock { Self.set(&$0, id, status) } }

    private static func set(_ state: inout State, _ id: String, _ status: CheckpointStatus) {
        guard let index = state.checkpoints.firstIndex(where: { $0.id == id }) else { return }
        state.checkpoints[index].status = status
    }

    private static func find(
        _ state: State, _ id: String, _ providerID: String, _ caller: Caller
    ) throws(ServiceFault) -> Checkpoint {
        guard let checkpoint = state.checkpoints.first(where: { $0.id == id && $0.providerID == providerID }),
            caller.isAdmin || checkpoint.projectID == caller.projectID
        else { throw .checkpointNotFound(id) }
        return checkpoint
    }
}
