import Logging
import Loop
import PluginKit

/// Waits by asking again and again: at once, then with pauses that grow to the interval.
struct PollingWait: Waiting {
    let scope: OperationScope
    let log: Logger
    /// Called before each pause.
    var pausing: @Sendable () async -> Void = {}

    func wait<Value: Sendable>(
        upTo interval: Duration, fetch: @escaping @Sendable () async throws -> Value,
        verdict: @escaping @Sendable (Value) -> Verdict
    ) async throws -> Value {
        var pause = min(Patience.firstPause, interval)
        let patience = Patience(scope: scope, log: log, interval: interval)
        while true {
            let value = try await patience("look at a resource", fetch)
            switch verdict(value) {
            case .done: return value
            case .failed(let reason): throw ResourceFailure(reason)
            case .pending:
                await pausing()
                try await scope.sleep(for: pause)
            }
            pause = min(pause * 3 / 2, interval)
        }
    }

    func answer<Value: Sendable>(of call: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await Patience(scope: scope, log: log)("ask a service", call)
    }
}
