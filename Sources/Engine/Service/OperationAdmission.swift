import FoundationEssentials
import Keystone
import Loop
package import Protection
import Telemetry

/// Admits operations: checks them, writes them into the durable queue, and hands them to the engine.
///
/// The one way into the queue, whatever an operation arrives by. When a call returns, a crash loses nothing of it any more.
/// The bank tells the end of an operation a moment before the store does; whoever asks in between is not refused for it.
package struct OperationAdmission: OperationService {
    private let environment: EngineEnvironment
    private let engine: OperationEngine

    /// How long an operation may take from its checkpoint's last state to its own end.
    private static let endingTime = Duration.seconds(2)

    package init(environment: EngineEnvironment, engine: OperationEngine) {
        self.environment = environment
        self.engine = engine
    }

    // MARK: Operations

    package func protect(
        _ plan: Plan, extraInfo: JSONValue, quota: Int, caller: Caller
    ) async throws(ServiceFault) -> Checkpoint {
        let provider = try provider(plan.providerID)
        for resource in plan.resources where provider.plugins[resource.type] == nil {
            throw ServiceFault(.badRequest, "The provider does not protect resources of type \(resource.type).")
        }
        var operation = operation(.protect, provider: provider, checkpointID: environment.newID(), caller: caller)
        operation.projectID = plan.projectID
        operation.planID = plan.id
        operation.parameters = plan.parameters
        operation.extraInfo = .string(extraInfo.encoded)
        var admission = try admission(of: operation, caller: caller)
        admission.plan = plan
        admission.checkpointQuota = quota
        try await admit(admission)
        let frame = CheckpointFrame(
            operation: operation, checkpoints: provider.checkpoints, store: environment.store)
        var checkpoint: Checkpoint?
        do {
            let new = try await frame.new()
            checkpoint = new
            try await provider.checkpoints.create(new)
        } catch {
            if await takeBack(operation, checkpoint, of: provider) { throw ServiceFault(cause: error) }
        }
        // It begins by completing its checkpoint, whatever the bank has of that.
        await engine.submit(operation)
        guard let checkpoint else {
            throw ServiceFault(
                .unavailable,
                "The store is not available; the checkpoint \(operation.checkpointID) is made all the same when it is.")
        }
        return checkpoint
    }

    /// Takes back a protect whose checkpoint could not be begun: false where something of it may be left.
    private func takeBack(_ operation: Operation, _ checkpoint: Checkpoint?, of provider: Provider) async -> Bool {
        do {
            if let checkpoint { try await discard(checkpoint, of: provider) }
            try await environment.store.retract(operation.id)
            return true
        } catch {
            environment.log.warning(
                "a checkpoint that could not be begun could not be taken back; it will be tried again",
                metadata: [
                    "operation_id": "\(operation.id)", "checkpoint_id": "\(operation.checkpointID)",
                    "reason": "\(error)",
                ])
            return false
        }
    }

    /// A bank that refuses everything refuses this, too; it is enough then that it has nothing of the checkpoint.
    private func discard(_ checkpoint: Checkpoint, of provider: Provider) async throws(BankError) {
        do {
            try await provider.checkpoints.discard(checkpoint)
        } catch {
            let refusal = error
            do {
                _ = try await provider.checkpoints.checkpoint(checkpoint.id)
            } catch  where error.code == .notFound {
                return
            } catch {}
            throw refusal
        }
    }

    package func restore(_ request: RestoreRequest, caller: Caller) async throws(ServiceFault) -> Restore {
        let provider = try provider(request.providerID)
        let checkpoint = try await usable(request.checkpointID, of: provider, caller: caller)
        var operation = operation(.restore, provider: provider, checkpointID: checkpoint.id, caller: caller)
        let restore = Restore(
            id: environment.newID(), projectID: caller.projectID, providerID: provider.id,
            checkpointID: checkpoint.id, restoreTarget: request.restoreTarget, parameters: request.parameters,
            createdAt: operation.submittedAt)
        operation.restoreID = restore.id
        operation.parameters = request.parameters
        var admission = try admission(of: operation, caller: caller)
        admission.restore = restore
        try await admit(admission, reading: checkpoint)
        await engine.submit(operation)
        return restore
    }

    package func verify(_ request: VerificationRequest, caller: Caller) async throws(ServiceFault) -> Verification {
        let provider = try provider(request.providerID)
        let checkpoint = try await usable(request.checkpointID, of: provider, caller: caller)
        var operation = operation(.verify, provider: provider, checkpointID: checkpoint.id, caller: caller)
        let verification = Verification(
            id: environment.newID(), projectID: caller.projectID, providerID: provider.id,
            checkpointID: checkpoint.id, parameters: request.parameters, createdAt: operation.submittedAt)
        operation.verificationID = verification.id
        operation.parameters = request.parameters
        var admission = try admission(of: operation, caller: caller)
        admission.verification = verification
        try await admit(admission, reading: checkpoint)
        await engine.submit(operation)
        return verification
    }

    package func delete(checkpointID: String, providerID: String, caller: Caller) async throws(ServiceFault) {
        let provider = try provider(providerID)
        let checkpoint = try await owned(checkpointID, of: provider, caller: caller)
        guard checkpoint.status.isDeletable || checkpoint.status.isUnderWay else {
            throw ServiceFault(
                .conflict, "The checkpoint \(checkpointID) can not be deleted: it is \(checkpoint.status.rawValue).")
        }
        var operation = operation(.delete, provider: provider, checkpointID: checkpoint.id, caller: caller)
        operation.projectID = checkpoint.projectID
        operation.planID = checkpoint.planID
        try await admit(
            try admission(of: operation, caller: caller), reading: checkpoint.status.isUnderWay ? nil : checkpoint)
        // Shown at once; if this fails, the operation does it again before anything else.
        let frame = CheckpointFrame(operation: operation, checkpoints: provider.checkpoints, store: environment.store)
        try? await frame.set(.deleting)
        await engine.submit(operation)
    }

    package func resetState(
        checkpointID: String, providerID: String, to status: CheckpointStatus, caller: Caller
    ) async throws(ServiceFault) {
        let provider = try provider(providerID)
        _ = try await owned(checkpointID, of: provider, caller: caller)
        do {
            guard try await environment.store.unfinished().operations.allSatisfy({ $0.checkpointID != checkpointID })
            else {
                throw ServiceFault(
                    .conflict, "The checkpoint \(checkpointID) can not be reset: an operation on it is under way.")
            }
        } catch {
            throw (error as? ServiceFault) ?? ServiceFault(cause: error)
        }
        // Read after that, so that what an operation wrote last is not written over.
        var checkpoint = try await owned(checkpointID, of: provider, caller: caller)
        guard checkpoint.status.isResettable || checkpoint.status.isUnderWay else {
            throw ServiceFault(
                .badRequest, "The checkpoint \(checkpointID) can not be reset: it is \(checkpoint.status.rawValue).")
        }
        checkpoint.status = status
        do {
            try await provider.checkpoints.update(checkpoint)
        } catch {
            throw ServiceFault(error)
        }
    }

    // MARK: Checkpoints

    package func checkpoint(
        _ id: String, providerID: String, caller: Caller
    ) async throws(ServiceFault) -> Checkpoint {
        try await owned(id, of: try provider(providerID), caller: caller)
    }

    package func checkpoints(
        _ query: CheckpointQuery, providerID: String, caller: Caller
    ) async throws(ServiceFault) -> [Checkpoint] {
        let provider = try provider(providerID)
        do {
            return try await provider.checkpoints.list(
                query, provider: provider.id, today: Checkpoint.day(of: environment.time.date())
            ) { [log = environment.log] id, reason in
                log.warning(
                    "a checkpoint that an index names cannot be read",
                    metadata: ["checkpoint_id": "\(id)", "reason": "\(reason)"])
            }
        } catch  where error.code == .notFound {
            // Nothing else is looked for by its id here.
            throw ServiceFault(.notFound, "Marker \(query.marker?.prefix(100) ?? "") could not be found.")
        } catch {
            throw ServiceFault(error)
        }
    }

    // MARK: Parts

    private func provider(_ id: String) throws(ServiceFault) -> Provider {
        guard let provider = environment.providers[id] else { throw .providerNotFound(id) }
        return provider
    }

    /// The checkpoint, if it is this provider's and the caller may see it.
    private func owned(
        _ id: String, of provider: Provider, caller: Caller
    ) async throws(ServiceFault) -> Checkpoint {
        let checkpoint: Checkpoint
        do {
            checkpoint = try await provider.checkpoints.checkpoint(id)
        } catch  where error.code == .notFound || error.code == .invalidKey {
            throw .checkpointNotFound(id)
        } catch {
            throw ServiceFault(error)
        }
        guard checkpoint.providerID == provider.id, caller.isAdmin || checkpoint.projectID == caller.projectID else {
            throw .checkpointNotFound(id)
        }
        return checkpoint
    }

    private func usable(
        _ id: String, of provider: Provider, caller: Caller
    ) async throws(ServiceFault) -> Checkpoint {
        let checkpoint = try await owned(id, of: provider, caller: caller)
        guard checkpoint.status == .available else {
            throw ServiceFault(
                .conflict, "The checkpoint \(id) is not available: it is \(checkpoint.status.rawValue).")
        }
        return checkpoint
    }

    private func operation(
        _ kind: OperationKind, provider: Provider, checkpointID: String, caller: Caller
    ) -> Operation {
        let settings = environment.settings
        let now = environment.time.date()
        let window = Duration.seconds(settings.allowExpiredWindow)
        return Operation(
            id: environment.newID(), kind: kind, projectID: caller.projectID, userID: caller.userID,
            requestID: caller.requestID, providerID: provider.id, checkpointID: checkpointID, submittedAt: now,
            deadline: now.addingTimeInterval(settings.maxOperationDuration),
            acceptableUntil: caller.context.acceptableUntil(window: window) ?? .distantFuture)
    }

    private func admission(of operation: Operation, caller: Caller) throws(ServiceFault) -> Admission {
        let frame = OperationFrame(kind: operation.kind)
        let log = OperationLog(
            id: operation.id, projectID: operation.projectID, operationType: operation.kind.rawValue,
            checkpointID: operation.checkpointID, planID: operation.planID, providerID: operation.providerID,
            restoreID: operation.restoreID, status: frame.running,
            extraInfo: ResultLedger(operation: operation, store: environment.store, time: environment.time).extraInfo,
            createdAt: operation.submittedAt)
        do {
            return Admission(operation: operation, context: try caller.context.encodedWithSecrets(), log: log)
        } catch {
            throw ServiceFault(.internal, "the caller's context cannot be written")
        }
    }

    /// - Parameter checkpoint: as it read, in a state that no operation is about to change. One that is in the way all the same
    ///   is at its end, as long as the checkpoint reads so.
    private func admit(
        _ admission: Admission, reading checkpoint: Checkpoint? = nil
    ) async throws(ServiceFault) {
        let end = environment.time.now() + Self.endingTime
        do {
            while try await !isAdmitted(admission, reading: checkpoint, by: end) {}
        } catch {
            throw ServiceFault(error)
        }
        let operation = admission.operation
        environment.log.info(
            "operation accepted",
            metadata: [
                "operation_id": "\(operation.id)", "operation_type": "\(operation.kind.rawValue)",
                "checkpoint_id": "\(operation.checkpointID)", "request_id": "\(operation.requestID)",
                "project_id": "\(operation.projectID)",
                "acceptable_until": "\(operation.acceptableUntil.formatted(.iso8601))",
            ])
    }

    /// False where it is to be tried again.
    private func isAdmitted(
        _ admission: Admission, reading checkpoint: Checkpoint?, by end: ContinuousClock.Instant
    ) async throws(StoreError) -> Bool {
        do {
            try await environment.store.admit(admission)
            return true
        } catch {
            guard error.code == .conflict, let checkpoint, environment.time.now() < end else { throw error }
            let others = try await environment.store.unfinished().operations.filter { $0.checkpointID == checkpoint.id }
            guard others.allSatisfy({ OperationFrame(kind: $0.kind).checkpointStatus != nil }),
                (try? await environment.time.sleep(for: .milliseconds(50))) != nil,
                let now = try? await environment.providers[checkpoint.providerID]?.checkpoints.checkpoint(
                    checkpoint.id),
                now.status == checkpoint.status
            else { throw error }
            return false
        }
    }
}

extension CheckpointStatus {
    /// States that an operation leaves again. In one without an operation a checkpoint was left by a daemon that lost it, or is
    /// another's: the bank keeps who owns a checkpoint, and nothing by which it could be told that the owner lives.
    fileprivate var isUnderWay: Bool { self == .protecting || self == .deleting }
}
