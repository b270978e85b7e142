package import FoundationEssentials
package import Telemetry

/// The durable queue of operations.
///
/// Contract: whatever returns has reached the disk. `admit` checks quota and conflicts and writes everything in one
/// transaction, or nothing. `conclude` writes everything, wipes the sealed context and deletes the steps in one transaction;
/// called twice it changes nothing. An operation conflicts with another one that has not ended on the same checkpoint
/// unless both only read it (restore, verify); a delete cancels the protect that is in its way, in the same transaction.
package protocol OperationStore: Sendable {
    /// Throws `.conflict`, `.quotaExceeded`; also where the key of its answer has one, or the project too many.
    func admit(_ admission: Admission) async throws(StoreError)
    /// Takes back an admission whose checkpoint could not be begun: leaves no row of it, nor the answer that came with it.
    func retract(_ operationID: String) async throws(StoreError)
    /// All that have not ended, oldest first: those that ran when the daemon ended, and those that wait.
    func unfinished() async throws(StoreError) -> UnfinishedOperations
    /// Those of one checkpoint, oldest first, without damaged ones.
    func unfinished(onCheckpoint id: String) async throws(StoreError) -> [Operation]
    /// Throws `.sealBroken` where the key was lost.
    func context(of operationID: String) async throws(StoreError) -> Secret<[UInt8]>
    /// The plan that came with a protect.
    func plan(of operationID: String) async throws(StoreError) -> Plan
    /// queued -> running; sets the log's `started_at` once. Changes nothing where it runs already.
    ///
    /// Returns the operation as it is now: it may have been cancelled meanwhile.
    @discardableResult
    func begin(_ operationID: String, status: String, at date: Date) async throws(StoreError) -> Operation
    /// Notes that its user cancelled it. False where it has ended.
    func cancel(_ operationID: String, at date: Date) async throws(StoreError) -> Bool
    /// What the log and the restore or verification show while it runs.
    func report(_ operationID: String, extraInfo: JSONValue, resources: ResourceReport?) async throws(StoreError)
    func conclude(_ conclusion: Conclusion) async throws(StoreError)
    /// Ends an operation whose row cannot be read, in `error`, without reading it. Wipes what `conclude` wipes; of one that
    /// has ended, or does not exist, it changes nothing.
    func abandon(_ operationID: String, errorInfo: String, at date: Date) async throws(StoreError)
    /// The id under which this store's daemon owns checkpoints: made once, and the same after a restart.
    func ownerID() async throws(StoreError) -> String
}
