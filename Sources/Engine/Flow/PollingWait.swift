import Logging
import Loop
import PluginKit

/// The waits of one resource: with all others by the poller, or by asking again and again for what is in no list.
struct PollingWait: Waiting {
    let scope: OperationScope
    let log: Logger
    let poller: Poller
    let realm: Poller.Realm
    let operationID: String
    /// Called before each pause; with the poller, once an operation.
    var pausing: @Sendable () async -> Void = {}

    func wait(
        for id: String, in collection: WatchedCollection, madeAfter: String?, upTo interval: Duration,
        verdict: @escaping @Sendable (Sighting) -> Verdict
    ) async throws -> Sighting {
        let watcher = WatchGroup.Watcher(
            thing: id, operation: operationID, collection: collection, interval: interval, madeAfter: madeAfter,
            verdict: verdict, pausing: pausing)
        return try await poller.wait(watcher, in: realm, scope: scope)
    }

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
