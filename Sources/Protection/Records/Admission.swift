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
    /// What is answered to a client that sends the request again.
    package var answer: KeptAnswer?

    package init(
        operation: Operation, context: Secret<[UInt8]>, log: OperationLog, restore: Restore? = nil,
        verification: Verification? = nil, plan: Plan? = nil, checkpointQuota: Int = -1, answer: KeptAnswer? = nil
    ) {
        self.operation = operation
        self.context = context
        self.log = log
        self.restore = restore
        self.verification = verification
        self.plan = plan
        self.checkpointQuota = checkpointQuota
        self.answer = answer
    }
}
