import FoundationEssentials
import Keystone
import Loop
package import Protection
import Telemetry

/// Admits operations: checks them, writes them into the durable queue, and hands them to the engine.
///
/// The one way into the queue, whatever an operation arrives by. When a call returns, a crash loses nothing of it any more.
package struct OperationAdmission: OperationService {
    private let environment: EngineEnvironment
    private let engine: OperationEngine

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
        let checkpoint: Checkpoint
        do {
            checkpoint = try await frame.made()
        } catch {
            // Nothing has begun: the caller is told, and no row of it stays.
            try? await environment.store.retract(operation.id)
            throw ServiceFault(cause: error)
        }
        await engine.submit(operation)
        return checkpoint
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
        try await admit(admission)
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
        try await admit(admission)
        await engine.submit(operation)
        return verification
    }

    package func delete(checkpointID: String, providerID: String, caller: Caller) async throws(ServiceFault) {
        let provider = try provider(providerID)
        let checkpoint = try await owned(checkpointID, of: provider, caller: caller)
        guard checkpoint.status.isDeletable else {
            throw ServiceFault(
                .conflict, "The checkpoint \(checkpointID) can not be deleted: it is \(checkpoint.status.rawValue).")
        }
        var operation = operation(.delete, provider: provider, checkpointID: checkpoint.id, caller: caller)
        operation.projectID = checkpoint.projectID
        operation.planID = checkpoint.planID
        try await admit(try admission(of: operation, caller: caller))
        // Shown at once; if this fails, the operation does it again before anything else.
        let frame = CheckpointFrame(operation: operation, checkpoints: provider.checkpoints, store: environment.store)
        try? await frame.set(.deleting)
        await engine.submit(operation)
    }

    package func resetState(
        checkpointID: String, providerID: String, to status: CheckpointStatus, caller: Caller
    ) async throws(ServiceFault) {
        let provider = try provider(providerID)
        var checkpoint = try await owned(checkpointID, of: provider, caller: caller)
        guard checkpoint.status.isResettable else {
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
            extraInfo: ResultLedger(operation: operation, store: environment.store, report: ResourceReport()).extraInfo,
            createdAt: operation.submittedAt)
        do {
            return Admission(operation: operation, context: try caller.context.encodedWithSecrets(), log: log)
        } catch {
            throw ServiceFault(.internal, "the caller's context cannot be written")
        }
    }

    private func admit(_ admission: Admission) async throws(ServiceFault) {
        do {
            try await environment.store.admit(admission)
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
}
