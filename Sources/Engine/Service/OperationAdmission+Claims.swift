import Logging
import Protection
import Telemetry

/// Other daemons on the same bank: what one works on, another does not touch.
extension OperationAdmission {
    /// Claims the operation's checkpoint; it stays claimed until the operation has ended, or is not admitted. Throws `.conflict`
    /// with the other daemon's id where that works on it.
    func claim(_ operation: Operation) async throws(ServiceFault) {
        do {
            try await engine.claims.claim(operation)
        } catch {
            throw refusal(error, of: operation.checkpointID)
        }
        do {
            try await lookAgain(operation)
        } catch {
            await engine.claims.release(operation)
            throw error
        }
    }

    /// Runs `work` while no other daemon works on the checkpoint.
    func claiming(
        _ checkpointID: String, of provider: Provider, _ work: () async throws(ServiceFault) -> Void
    ) async throws(ServiceFault) {
        let id = environment.newID()
        do {
            try await engine.claims.claim(checkpointID, ofProvider: provider.id, for: id, .reset)
        } catch {
            throw refusal(error, of: checkpointID)
        }
        do {
            try await work()
        } catch {
            await engine.claims.release(checkpointID, ofProvider: provider.id, for: id)
            throw error
        }
        await engine.claims.release(checkpointID, ofProvider: provider.id, for: id)
    }

    /// What the checkpoint was before it was claimed, another daemon may have changed since.
    private func lookAgain(_ operation: Operation) async throws(ServiceFault) {
        let (kind, id) = (operation.kind, operation.checkpointID)
        guard kind != .protect else { return }
        let status: CheckpointStatus
        do {
            status = try await provider(operation.providerID).checkpoints.checkpoint(id).status
        } catch {
            throw (error as? ServiceFault) ?? ServiceFault(cause: error)
        }
        let isUsable = kind == .delete ? status.isDeletable || status.isUnderWay : status == .available
        guard isUsable else {
            let what = kind == .delete ? "can not be deleted" : "is not available"
            throw ServiceFault(.conflict, "The checkpoint \(id) \(what): it is \(status.rawValue).")
        }
    }

    private func refusal(_ error: BankError, of checkpointID: String) -> ServiceFault {
        if error.code == .taken {
            environment.log.info(
                "refused: another daemon works on the checkpoint",
                metadata: ["checkpoint_id": "\(checkpointID)", "reason": "\(error)"])
        }
        return ServiceFault(error)
    }
}
