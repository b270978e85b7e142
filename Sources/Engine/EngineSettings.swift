package import FoundationEssentials
import Protection

/// What an operator can set about operations.
package struct EngineSettings: Sendable {
    /// How many operations run at once; 0 is without limit.
    package var maxConcurrentOperations: Int
    /// How many operations of one project run at once; 0 is without limit.
    package var maxConcurrentOperationsPerProject: Int
    /// How many hooks of one operation run at once.
    package var maxTasksPerOperation: Int
    /// How long Keystone accepts a user's token after its expiry, with a service token: `[protection] allow_expired_window`.
    package var allowExpiredWindow: TimeInterval
    /// How long before the end of that time an operation stops, to clean up; at most a quarter of what was left.
    package var cleanupReserve: TimeInterval
    package var maxOperationDuration: TimeInterval
    package var trusts: TrustPolicy
    /// What this daemon's leases of banks say of where it runs.
    package var host: String

    package init(
        maxConcurrentOperations: Int = 0, maxConcurrentOperationsPerProject: Int = 0, maxTasksPerOperation: Int = 64,
        allowExpiredWindow: TimeInterval = 172_800, cleanupReserve: TimeInterval = 300,
        maxOperationDuration: TimeInterval = 604_800, trusts: TrustPolicy = .off, host: String = "localhost"
    ) {
        self.maxConcurrentOperations = maxConcurrentOperations
        self.maxConcurrentOperationsPerProject = maxConcurrentOperationsPerProject
        self.maxTasksPerOperation = maxTasksPerOperation
        self.allowExpiredWindow = allowExpiredWindow
        self.cleanupReserve = cleanupReserve
        self.maxOperationDuration = maxOperationDuration
        self.trusts = trusts
        self.host = host
    }

    /// When an operation's trust ends by itself: when all clean-up has ended, too, and a little later.
    ///
    /// In whole seconds, as Keystone keeps it, and spread over an hour, since no two trusts of a user in a project have the
    /// same end, not even one that was ended. Each `attempt` gives another.
    func trustEnd(of operation: Operation, attempt: Int) -> Date {
        let spread = "\(attempt) \(operation.id)".utf8.reduce(UInt32(0)) { $0 &* 31 &+ UInt32($1) } % 3600
        let end = operation.deadline.timeIntervalSinceReferenceDate + 2 * cleanupReserve + 60
        return Date(timeIntervalSinceReferenceDate: end.rounded(.up) + Double(spread))
    }

    /// When an operation's work stops, and why, and when its clean-up must have ended.
    func limits(of operation: Operation) -> (workEnd: Date, reason: Interruption, cleanUpEnd: Date) {
        let left = operation.acceptableUntil.timeIntervalSince(operation.submittedAt)
        let reserve = min(cleanupReserve, max(0, left / 4))
        let windowStop = operation.acceptableUntil.addingTimeInterval(-reserve)
        if operation.deadline < windowStop {
            let cleanUp = min(operation.acceptableUntil, operation.deadline.addingTimeInterval(cleanupReserve))
            return (operation.deadline, .timedOut(at: operation.deadline), cleanUp)
        }
        // The last words need a moment, too.
        let cleanUpEnd = operation.acceptableUntil.addingTimeInterval(-min(2, reserve / 10))
        return (windowStop, .windowCloses(at: operation.acceptableUntil), cleanUpEnd)
    }
}
