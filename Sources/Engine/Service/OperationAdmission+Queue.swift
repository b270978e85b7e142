import FoundationEssentials
import Keystone
import Loop
import Protection
import Telemetry

/// The way into the durable queue.
extension OperationAdmission {
    /// How long an operation may take from its checkpoint's last state to its own end.
    private static let endingTime = Duration.seconds(2)

    func operation(
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

    /// Gives `operation` its trust, if it is to have one, and writes it into the queue. Returns it as it stands there.
    ///
    /// - Parameters:
    ///   - checkpoint: as it read, in a state that no operation is about to change. One that is in the way all the same is at
    ///     its end, as long as the checkpoint reads so.
    ///   - complete: adds what is written with it.
    func admit(
        _ operation: Operation, caller: Caller, reading checkpoint: Checkpoint? = nil,
        completing complete: @Sendable (inout Admission) -> Void = { _ in }
    ) async throws(ServiceFault) -> Operation {
        try await claim(operation)
        await engine.trustRemover.hold(operation.id)
        do {
            let operation = try await TrustAcquisition(environment: environment)
                .acquire(for: operation, context: caller.context)
            var admission = try admission(of: operation, caller: caller)
            complete(&admission)
            try await admit(admission, reading: checkpoint)
            // A trust that was refused may be there all the same.
            await engine.trustRemover.release(operation.id, isAdmitted: operation.trustRefusal == nil)
            return operation
        } catch {
            await engine.trustRemover.release(operation.id, isAdmitted: false)
            await engine.claims.release(operation)
            throw error
        }
    }

    private func admit(_ admission: Admission, reading checkpoint: Checkpoint?) async throws(ServiceFault) {
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
                "trust_id": "\(operation.trustID ?? "none")",
            ])
        guard let reason = operation.trustRefusal else { return }
        environment.log.warning(
            "an operation has no trust: it must end while its user's token is accepted",
            metadata: ["operation_id": "\(operation.id)", "reason": "\(reason)"])
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
            let others = try await environment.store.unfinished(onCheckpoint: checkpoint.id)
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
