package import Protection

/// Taking back what was asked for. It is in the store before the caller is answered, so that a crash does not forget it.
extension OperationAdmission {
    package func cancelProtect(
        checkpointID: String, providerID: String, caller: Caller
    ) async throws(ServiceFault) {
        let provider = try provider(providerID)
        let checkpoint = try await owned(checkpointID, of: provider, caller: caller)
        guard checkpoint.status != .deleting else {
            throw ServiceFault(
                .conflict, "The checkpoint \(checkpointID) is being deleted, which can not be cancelled.")
        }
        try await cancel(onCheckpoint: checkpointID) { $0.kind == .protect }
    }

    package func cancel(_ restore: Restore, caller: Caller) async throws(ServiceFault) {
        try await cancel(onCheckpoint: restore.checkpointID) { $0.restoreID == restore.id }
    }

    private func cancel(onCheckpoint id: String, where isMeant: (Operation) -> Bool) async throws(ServiceFault) {
        do {
            for operation in try await environment.store.unfinished(onCheckpoint: id) where isMeant(operation) {
                guard try await environment.store.cancel(operation.id, at: environment.time.date()) else { continue }
                await tellCancelled(operation)
            }
        } catch {
            throw ServiceFault(error)
        }
    }

    /// Stops the protect that a delete has cancelled with its admission. False where there is none.
    func cancelProtect(of checkpointID: String) async -> Bool {
        let protects = await engine.operations(onCheckpoint: checkpointID).filter { $0.kind == .protect }
        for protect in protects { await tellCancelled(protect) }
        return !protects.isEmpty
    }

    private func tellCancelled(_ operation: Operation) async {
        environment.log.info(
            "operation cancelled",
            metadata: [
                "operation_id": "\(operation.id)", "operation_type": "\(operation.kind.rawValue)",
                "checkpoint_id": "\(operation.checkpointID)", "request_id": "\(operation.requestID)",
                "project_id": "\(operation.projectID)",
            ])
        await engine.cancel(operation)
    }
}
