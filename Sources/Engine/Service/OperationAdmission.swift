package import Protection

/// Admits operations: checks them, writes them into the durable queue, and hands them to the engine.
///
/// The one way into the queue, whatever an operation arrives by. When a call returns, a crash loses nothing of it any more.
/// The bank tells the end of an operation a moment before the store does; whoever asks in between is not refused for it.
package struct OperationAdmission: OperationService {
    let environment: EngineEnvironment
    let engine: OperationEngine

    package init(environment: EngineEnvironment, engine: OperationEngine) {
        self.environment = environment
        self.engine = engine
    }

    package func restore(
        _ request: RestoreRequest, caller: Caller, keeping: Keeping<Restore>?
    ) async throws(ServiceFault) -> Restore {
        let provider = try provider(request.providerID)
        let checkpoint = try await usable(request.checkpointID, of: provider, caller: caller)
        var operation = operation(.restore, provider: provider, checkpointID: checkpoint.id, caller: caller)
        let restore = Restore(
            id: environment.newID(), projectID: caller.projectID, providerID: provider.id,
            checkpointID: checkpoint.id, restoreTarget: request.restoreTarget, parameters: request.parameters,
            createdAt: operation.submittedAt)
        operation.restoreID = restore.id
        operation.parameters = request.parameters
        await engine.submit(
            try await admit(operation, caller: caller, reading: checkpoint) { admission in
                admission.restore = restore
                admission.answer = keeping?(restore)
            })
        return restore
    }

    package func verify(
        _ request: VerificationRequest, caller: Caller, keeping: Keeping<Verification>?
    ) async throws(ServiceFault) -> Verification {
        let provider = try provider(request.providerID)
        let checkpoint = try await usable(request.checkpointID, of: provider, caller: caller)
        var operation = operation(.verify, provider: provider, checkpointID: checkpoint.id, caller: caller)
        let verification = Verification(
            id: environment.newID(), projectID: caller.projectID, providerID: provider.id,
            checkpointID: checkpoint.id, parameters: request.parameters, createdAt: operation.submittedAt)
        operation.verificationID = verification.id
        operation.parameters = request.parameters
        await engine.submit(
            try await admit(operation, caller: caller, reading: checkpoint) { admission in
                admission.verification = verification
                admission.answer = keeping?(verification)
            })
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
        operation = try await admit(
            operation, caller: caller, reading: checkpoint.status.isUnderWay ? nil : checkpoint)
        await engine.reserve(operation)
        if await !cancelProtect(of: checkpointID) {
            // Shown at once; if this fails, the operation does it again before anything else.
            let frame = CheckpointFrame(
                operation: operation, checkpoints: provider.checkpoints, store: environment.store)
            try? await frame.set(.deleting)
        }
        await engine.submit(operation)
    }
}
