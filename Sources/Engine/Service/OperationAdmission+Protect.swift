package import Protection
import Telemetry

/// A protect, which also makes its checkpoint.
extension OperationAdmission {
    package func protect(
        _ plan: Plan, extraInfo: JSONValue, quota: Int, caller: Caller, keeping: Keeping<Checkpoint>?
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
        let checkpoint = try await newCheckpoint(of: operation, plan)
        operation = try await admit(operation, caller: caller) { admission in
            admission.plan = plan
            admission.checkpointQuota = quota
            admission.answer = keeping?(checkpoint)
        }
        // Its checkpoint may be cancelled or deleted as soon as the bank shows it.
        await engine.reserve(operation)
        do {
            try await provider.checkpoints.create(checkpoint)
        } catch {
            if await takeBack(operation, checkpoint, of: provider) {
                await engine.withdraw(operation)
                await engine.claims.release(operation)
                throw ServiceFault(cause: error)
            }
        }
        // It begins by completing its checkpoint, whatever the bank has of that.
        await engine.submit(operation)
        return checkpoint
    }

    /// As the operation would make it, too.
    private func newCheckpoint(of operation: Operation, _ plan: Plan) async throws(ServiceFault) -> Checkpoint {
        do {
            return Checkpoint(
                id: operation.checkpointID, plan: plan, ownerID: try await environment.store.ownerID(),
                extraInfo: operation.extraInfo, at: operation.submittedAt)
        } catch {
            throw ServiceFault(error)
        }
    }

    /// Takes back a protect whose checkpoint could not be begun: false where something of it may be left.
    private func takeBack(_ operation: Operation, _ checkpoint: Checkpoint, of provider: Provider) async -> Bool {
        do {
            try await discard(checkpoint, of: provider)
            try await environment.store.retract(operation.id)
            // No operation needs its trust any more.
            if operation.trustID != nil { await engine.trustRemover.look() }
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
}
