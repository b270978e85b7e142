package import FoundationEssentials
package import Telemetry

/// An operation on its way into the queue, with all that is written with it in one transaction.
package struct Admission: Sendable {
    package var operation: Operation
    /// The caller's context with the token, encoded; sealed by the store before it is written.
    package var context: Secret<[UInt8]>
    package var log: OperationLog
    package var restore: Restore?
    package var verification: Verification?
    /// For a protect: the plan as it is now, which the operation works on whatever becomes of the row.
    package var plan: Plan?
    /// For a protect: how many checkpoints that are not deleted its project may have; negative is without limit.
    package var checkpointQuota: Int

    package init(
        operation: Operation, context: Secret<[UInt8]>, log: OperationLog, restore: Restore? = nil,
        verification: Verification? = nil, plan: Plan? = nil, checkpointQuota: Int = -1
    ) {
        self.operation = operation
        self.context = context
        self.log = log
        self.restore = restore
        self.verification = verification
        self.plan = plan
        self.checkpointQuota = checkpointQuota
    }
}

/// How an operation ended, with all that is written with it in one transaction.
package struct Conclusion: Sendable {
    package var operationID: String
    package var endedAt: Date
    /// The log's last status: `available`, `error`, `success`, `fail`, `deleted`, `error-deleting`.
    package var status: String
    package var errorInfo: String?
    package var extraInfo: JSONValue
    /// For a restore or verification.
    package var report: ResourceReport?

    package init(
        operationID: String, endedAt: Date, status: String, errorInfo: String?, extraInfo: JSONValue,
        report: ResourceReport? = nil
    ) {
        self.operationID = operationID
        self.endedAt = endedAt
        self.status = status
        self.errorInfo = errorInfo
        self.extraInfo = extraInfo
        self.report = report
    }
}

/// The durable queue of operations.
///
/// Contract: whatever returns has reached the disk. `admit` checks quota and conflicts and writes everything in one
/// transaction, or nothing. `conclude` writes everything, wipes the sealed context and deletes the steps in one transaction;
/// called twice it changes nothing. An operation conflicts with another one that has not ended on the same checkpoint
/// unless both only read it (restore, verify).
package protocol OperationStore: Sendable {
    /// Throws `.conflict`, `.quotaExceeded`.
    func admit(_ admission: Admission) async throws(StoreError)
    /// Takes back an admission whose checkpoint could not be begun: leaves no row of it.
    func retract(_ operationID: String) async throws(StoreError)
    /// All that have not ended, oldest first: those that ran when the daemon ended, and those that wait.
    func unfinished() async throws(StoreError) -> [Operation]
    func operation(_ id: String) async throws(StoreError) -> Operation
    /// Throws `.sealBroken` where the key was lost.
    func context(of operationID: String) async throws(StoreError) -> Secret<[UInt8]>
    /// The plan that came with a protect.
    func plan(of operationID: String) async throws(StoreError) -> Plan
    /// queued -> running; sets the log's `started_at` once. Does nothing where it runs already.
    func begin(_ operationID: String, status: String, at date: Date) async throws(StoreError)
    /// What the log and the restore or verification show while it runs.
    func report(_ operationID: String, extraInfo: JSONValue, resources: ResourceReport?) async throws(StoreError)
    func conclude(_ conclusion: Conclusion) async throws(StoreError)
    /// The id under which this store's daemon owns checkpoints: made once, and the same after a restart.
    func ownerID() async throws(StoreError) -> String
}
