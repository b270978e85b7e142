package import Protection
import Telemetry

/// The checkpoints that operations work on.
extension OperationAdmission {
    package func resetState(
        checkpointID: String, providerID: String, to status: CheckpointStatus, caller: Caller
    ) async throws(ServiceFault) {
        let provider = try provider(providerID)
        _ = try await owned(checkpointID, of: provider, caller: caller)
        do {
            guard try await environment.store.unfinished(onCheckpoint: checkpointID).isEmpty else {
                throw ServiceFault(
                    .conflict, "The checkpoint \(checkpointID) can not be reset: an operation on it is under way.")
            }
        } catch {
            throw (error as? ServiceFault) ?? ServiceFault(cause: error)
        }
        try await claiming(checkpointID, of: provider) { () async throws(ServiceFault) in
            try await reset(checkpointID, of: provider, to: status, caller: caller)
        }
    }

    private func reset(
        _ checkpointID: String, of provider: Provider, to status: CheckpointStatus, caller: Caller
    ) async throws(ServiceFault) {
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

    func provider(_ id: String) throws(ServiceFault) -> Provider {
        guard let provider = environment.providers[id] else { throw .providerNotFound(id) }
        return provider
    }

    /// The checkpoint, if it is this provider's and the caller may see it.
    func owned(
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

    func usable(
        _ id: String, of provider: Provider, caller: Caller
    ) async throws(ServiceFault) -> Checkpoint {
        let checkpoint = try await owned(id, of: provider, caller: caller)
        guard checkpoint.status == .available else {
            throw ServiceFault(
                .conflict, "The checkpoint \(id) is not available: it is \(checkpoint.status.rawValue).")
        }
        return checkpoint
    }
}

extension CheckpointStatus {
    /// States that an operation leaves again. In one without an operation a checkpoint was left by a daemon that lost it, or is
    /// another's, whose claim tells whether it lives.
    var isUnderWay: Bool { self == .protecting || self == .deleting }
}
