/// Waits for something in another service to come to rest. Holds no thread.
package protocol Waiting: Sendable {
    /// Waits until `verdict` ends the wait for one thing of a collection, and returns how it was seen last.
    ///
    /// All that waits for things of a collection in one project is served by one paged list a round, or by a request each
    /// where that is cheaper. The first look is at once, then with growing pauses up to `interval`. A thing that there is not
    /// has the status `Sighting.notFound`; where `verdict` takes that for a failure, it was asked for by its id. Errors and
    /// ends are those of the other `wait`. `verdict` is called at least once a look, on any task.
    ///
    /// - Parameter madeAfter: no later than the service made it, by the service's clock, in the form of
    ///   `Sighting.createdAt`: it saves reading long lists for what is gone.
    func wait(
        for id: String, in collection: WatchedCollection, madeAfter: String?, upTo interval: Duration,
        verdict: @escaping @Sendable (Sighting) -> Verdict
    ) async throws -> Sighting

    /// For what is in no list.
    ///
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
