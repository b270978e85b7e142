import Keystone
import Logging
import Loop

/// Rides out what may pass: tries again with growing pauses, or those that a service asks for, until the scope ends.
///
/// The one place where an operation repeats anything, beside its steps: its clients do not.
struct Patience: Sendable {
    static let firstPause = Duration.milliseconds(200)
    /// A service that asks for more patience than this is asked again all the same.
    private static let longestRetryAfter = Duration.seconds(60)

    let scope: OperationScope
    let log: Logger
    /// The longest pause between two tries.
    var interval = Duration.seconds(15)
    /// What is tried again: as a rule what says of itself that it may pass.
    var ridesOut: @Sendable (any Error) -> Bool = { $0.mayPass }

    func callAsFunction<Result: Sendable>(
        _ what: String, _ work: @Sendable () async throws -> Result
    ) async throws -> Result {
        var pause = Self.firstPause
        while true {
            try scope.check()
            let failure: any Error
            do {
                return try await work()
            } catch {
                try scope.check()
                guard ridesOut(error) else { throw error }
                failure = error
            }
            let length = Self.pause(pause, after: failure)
            log.warning(
                "will be tried again",
                metadata: ["what": "\(what)", "reason": "\(failure)", "pause": "\(length)"])
            try await scope.sleep(for: length)
            pause = min(pause * 2, interval)
        }
    }

    /// `pause`, or as long as the service asks to be left alone.
    static func pause(_ pause: Duration, after failure: any Error) -> Duration {
        max(pause, min((failure as? ServiceError)?.retryAfter ?? .zero, longestRetryAfter))
    }
}
