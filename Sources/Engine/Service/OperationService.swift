package import Protection

/// What a user asks of a restore.
package struct RestoreRequest: Sendable {
    package var providerID: String
    package var checkpointID: String
    /// The Keystone of another cloud: kept and shown with the restore, which goes into this cloud all the same.
    package var restoreTarget: String?
    package var parameters: Parameters

    package init(providerID: String, checkpointID: String, restoreTarget: String?, parameters: Parameters) {
        self.providerID = providerID
        self.checkpointID = checkpointID
        self.restoreTarget = restoreTarget
        self.parameters = parameters
    }
}

/// What a user asks of a verification.
package struct VerificationRequest: Sendable {
    package var providerID: String
    package var checkpointID: String
    package var parameters: Parameters

    package init(providerID: String, checkpointID: String, parameters: Parameters) {
        self.providerID = providerID
        self.checkpointID = checkpointID
        self.parameters = parameters
    }
}

/// The admission of operations, and the checkpoints that they work on.
///
/// Contract: everything is checked and on disk before a call returns; after a fault nothing was admitted, unless it says
/// otherwise. A checkpoint that does not exist, is another project's (unless the caller is an admin) or is not the provider's
/// is `ServiceFault.checkpointNotFound`; one in a state in which it cannot be done, or with which an operation is under way,
/// is `.conflict`.
package protocol OperationService: Sendable {
    /// Admits a protect and gives its checkpoint, which is `protecting`.
    ///
    /// A bank that refuses the checkpoint is a fault, and then nothing stays of it. Where it cannot be known what the bank has
    /// taken, the protect is admitted all the same: it begins by completing the checkpoint.
    /// - Parameter extraInfo: an object; the checkpoint keeps it as JSON text.
    /// - Parameter quota: how many checkpoints the plan's project may have, negative for any number; beyond it the fault is
    ///   `.overLimit`, in the words of `StoreError.quotaExceeded`.
    /// - Parameter keeping: makes the answer that is written with the operation, in one transaction; so with the other two.
    func protect(
        _ plan: Plan, extraInfo: JSONValue, quota: Int, caller: Caller, keeping: Keeping<Checkpoint>?
    ) async throws(ServiceFault) -> Checkpoint
    func restore(
        _ request: RestoreRequest, caller: Caller, keeping: Keeping<Restore>?
    ) async throws(ServiceFault) -> Restore
    func verify(
        _ request: VerificationRequest, caller: Caller, keeping: Keeping<Verification>?
    ) async throws(ServiceFault) -> Verification
    /// A protect that is under way is cancelled first. Also takes a checkpoint that an operation left in the middle, if none is
    /// under way: another daemon's, or a lost one.
    func delete(checkpointID: String, providerID: String, caller: Caller) async throws(ServiceFault)
    /// Takes back the protect of a checkpoint: all that was made for it goes, and it ends in `error`. Does nothing where that
    /// has ended.
    func cancelProtect(checkpointID: String, providerID: String, caller: Caller) async throws(ServiceFault)
    /// Takes back a restore of the caller's: all that was made by it goes. Does nothing where it has ended.
    func cancel(_ restore: Restore, caller: Caller) async throws(ServiceFault)
    /// Throws `.badRequest` for a checkpoint whose state may not be left by hand; one that an operation left in the middle may
    /// be, if none is under way.
    func resetState(
        checkpointID: String, providerID: String, to status: CheckpointStatus, caller: Caller
    ) async throws(ServiceFault)

    func checkpoint(_ id: String, providerID: String, caller: Caller) async throws(ServiceFault) -> Checkpoint
    /// Those of one provider only, whatever `query` selects them by.
    func checkpoints(_ query: CheckpointQuery, providerID: String, caller: Caller) async throws(ServiceFault)
        -> [Checkpoint]
}

extension OperationService {
    package func protect(
        _ plan: Plan, extraInfo: JSONValue, quota: Int, caller: Caller
    ) async throws(ServiceFault) -> Checkpoint {
        try await protect(plan, extraInfo: extraInfo, quota: quota, caller: caller, keeping: nil)
    }

    package func restore(_ request: RestoreRequest, caller: Caller) async throws(ServiceFault) -> Restore {
        try await restore(request, caller: caller, keeping: nil)
    }

    package func verify(_ request: VerificationRequest, caller: Caller) async throws(ServiceFault) -> Verification {
        try await verify(request, caller: caller, keeping: nil)
    }
}
