import Logging
import Loop

/// Rides out what may pass: tries again with growing pauses until the scope ends.
struct Patience: Sendable {
    static let firstPause = Duration.milliseconds(200)

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
            do {
                return try await work()
            } catch {
                try scope.check()
                guard ridesOut(error) else { throw error }
                log.warning(
                    "will be tried again", metadata: ["what": "\(what)", "reason": "\(error)", "pause": "\(pause)"])
            }
            try await scope.sleep(for: pause)
            pause = min(pause * 2, interval)
        }
    }
}
