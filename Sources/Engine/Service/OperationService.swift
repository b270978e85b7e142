package import Protection
package import Telemetry

/// What a user asks of a restore.
package struct RestoreRequest: Sendable {
    package var providerID: String
    package var checkpointID: String
    /// The Keystone of another cloud to restore into; nil for this one.
    package var restoreTarget: String?
    /// How to log in there, a password among it.
    package var restoreAuth: Secret<JSONValue>?
    package var parameters: Parameters

    package init(
        providerID: String, checkpointID: String, restoreTarget: String?, restoreAuth: Secret<JSONValue>?,
        parameters: Parameters
    ) {
        self.providerID = providerID
        self.checkpointID = checkpointID
        self.restoreTarget = restoreTarget
        self.restoreAuth = restoreAuth
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
/// Contract: everything is checked and on disk before a call returns; after a fault nothing was written. A checkpoint that
/// does not exist, is another project's (unless the caller is an admin) or is not the provider's is
/// `ServiceFault.checkpointNotFound`; one in a state in which it cannot be done is `.conflict`.
package protocol OperationService: Sendable {
    /// Admits a protect and gives its checkpoint, which is `protecting`.
    /// - Parameter extraInfo: an object; the checkpoint keeps it as JSON text.
    /// - Parameter quota: how many checkpoints the plan's project may have, negative for any number; beyond it the fault is
    ///   `.overLimit`, in the words of `StoreError.quotaExceeded`.
    func protect(_ plan: Plan, extraInfo: JSONValue, quota: Int, caller: Caller) async throws(ServiceFault)
        -> Checkpoint
    func restore(_ request: RestoreRequest, caller: Caller) async throws(ServiceFault) -> Restore
    func verify(_ request: VerificationRequest, caller: Caller) async throws(ServiceFault) -> Verification
    func delete(checkpointID: String, providerID: String, caller: Caller) async throws(ServiceFault)
    /// Throws `.badRequest` for a checkpoint whose state may not be left by hand.
    func resetState(
        checkpointID: String, providerID: String, to status: CheckpointStatus, caller: Caller
    ) async throws(ServiceFault)

    func checkpoint(_ id: String, providerID: String, caller: Caller) async throws(ServiceFault) -> Checkpoint
    /// Those of one provider only, whatever `query` selects them by.
    func checkpoints(_ query: CheckpointQuery, providerID: String, caller: Caller) async throws(ServiceFault)
        -> [Checkpoint]
}
