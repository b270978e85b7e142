import Logging
import Protection

/// Ends operations whose rows in the queue cannot be read: says so, and leaves nothing under way for ever.
///
/// First the checkpoint, then the row: what could not be done, as the bank did not answer, the next start does.
struct DamagedOperations: Sendable {
    let operations: [DamagedOperation]
    let environment: EngineEnvironment
    let claims: ClaimRegistry

    func end() async {
        for operation in operations {
            var log = environment.log
            log[metadataKey: "operation_id"] = "\(operation.id)"
            log.error("an operation is damaged in the store and ends", metadata: ["reason": "\(operation.reason)"])
            do {
                try await endCheckpoint(of: operation)
                try await environment.store.abandon(
                    operation.id, errorInfo: operation.reason, at: environment.time.date())
            } catch {
                log.error("the damaged operation could not be ended", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// A checkpoint that shows something under way shows that it has failed; others were only read.
    private func endCheckpoint(of operation: DamagedOperation) async throws {
        guard let provider = operation.providerID.flatMap({ environment.providers[$0] }),
            let id = operation.checkpointID
        else { return }
        do throws(BankError) {
            try await claims.claim(id, ofProvider: provider.id, for: operation.id, .reset)
        } catch {
            // Another daemon has taken it over.
            if error.code == .taken { return }
            throw error
        }
        do {
            try await fail(id, of: provider)
        } catch {
            await claims.release(id, ofProvider: provider.id, for: operation.id)
            throw error
        }
        await claims.release(id, ofProvider: provider.id, for: operation.id)
    }

    private func fail(_ id: String, of provider: Provider) async throws {
        var checkpoint: Checkpoint
        do throws(BankError) {
            checkpoint = try await provider.checkpoints.checkpoint(id)
        } catch {
            // Else there is none, or none that could be written.
            if error.mayPass { throw error }
            return
        }
        switch checkpoint.status {
        case .protecting: checkpoint.status = .error
        case .deleting: checkpoint.status = .errorDeleting
        default: return
        }
        try await provider.checkpoints.update(checkpoint)
    }
}
