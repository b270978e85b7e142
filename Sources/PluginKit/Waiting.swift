/// Waits for something in another service to come to rest. Holds no thread.
package protocol Waiting: Sendable {
    /// Looks at once, then again and again with growing pauses up to `interval`, until `verdict` ends the wait.
    ///
    /// An error of `fetch` that may pass is no end. Throws what `.failed` says, `fetch`'s other errors, and the operation's
    /// own end: its deadline, a cancellation, the daemon's stop.
    func wait<Value: Sendable>(
        upTo interval: Duration, fetch: @escaping @Sendable () async throws -> Value,
        verdict: @escaping @Sendable (Value) -> Verdict
    ) async throws -> Value

    /// Asks until there is an answer: an error of `call` that may pass is ridden out, with growing pauses.
    ///
    /// Throws `call`'s other errors and the operation's own end, as `wait` does. `call` may have had its effect when it is
    /// made again.
    func answer<Value: Sendable>(of call: @escaping @Sendable () async throws -> Value) async throws -> Value
}

package enum Verdict: Sendable, Equatable {
    case pending
    case done
    /// It will not come any more, and why.
    case failed(reason: String)
}
