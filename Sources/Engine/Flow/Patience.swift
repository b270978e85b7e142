import Keystone
import Logging
import Loop
import Protection

/// Rides out what may pass: tries again with growing pauses until the scope ends.
struct Patience: Sendable {
    static let firstPause = Duration.milliseconds(200)

    let scope: OperationScope
    let log: Logger
    /// The longest pause between two tries.
    var interval = Duration.seconds(15)

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
                guard disposition(of: error) == .transient else { throw error }
                log.warning(
                    "will be tried again", metadata: ["what": "\(what)", "reason": "\(error)", "pause": "\(pause)"])
            }
            try await scope.sleep(for: pause)
            pause = min(pause * 2, interval)
        }
    }
}

/// What the boundary types say of themselves; anything else will not pass.
func disposition(of error: any Error) -> Disposition {
    switch error {
    case let error as ServiceError: error.disposition
    case let error as BankError: error.disposition
    case let error as StoreError: error.disposition
    default: .permanent
    }
}
