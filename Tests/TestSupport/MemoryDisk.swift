import Loop
package import Protection
import Telemetry

/// What stays when a process ends: the rows of a store and the objects of a bank.
package final class MemoryDisk: Sendable {
    package struct Rows: Sendable {
        package var operations: [Operation] = []
        /// Operations whose rows cannot be read, and why.
        package var damages: [String: String] = [:]
        package var contexts: [String: [UInt8]] = [:]
        package var plans: [String: Plan] = [:]
        package var logs: [String: OperationLog] = [:]
        package var restores: [String: Restore] = [:]
        package var verifications: [String: Verification] = [:]
        /// Those that count for the quota, and their projects.
        package var checkpoints: [String: String] = [:]
        package var steps: [String: [String: StepRecord]] = [:]
        package var trusts: [String: TrustRecord] = [:]
        package var answers: [IdempotencyKey: KeptAnswer] = [:]
        /// Of the operations whose admission brought an answer.
        package var keys: [String: IdempotencyKey] = [:]
        package var objects: [BankKey: [UInt8]] = [:]
        /// What lies beside the bank.
        package var leases: [BankKey: [UInt8]] = [:]
        /// How often each operation was concluded.
        package var conclusions: [String: Int] = [:]
    }

    private let state = Locked(Rows())

    package init() {}

    package var rows: Rows { state.withLock { $0 } }

    package func change<Result: Sendable, Failure: Error>(
        _ body: (inout sending Rows) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        try state.withLock(body)
    }
}
