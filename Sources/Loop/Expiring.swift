/// A value that is fetched when it is first asked for, kept until it expires, and then fetched again.
///
/// One fetch runs at a time, and everybody who asks meanwhile gets its result. A failure is reported to those who wait
/// and forgotten: the next to ask tries again. A caller that is cancelled leaves at once; the fetch goes on for the
/// others, and its result is kept also when nobody waits any more. A fetch therefore needs a deadline of its own.
package final class Expiring<Value: Sendable>: Sendable {
    package typealias Fetch = @Sendable () async throws -> (Value, expiresAt: ContinuousClock.Instant)

    private let time: any TimeSource
    private let state = Locked(State())

    package init(time: any TimeSource) {
        self.time = time
    }

    /// The value in hand if it is still good, else the result of the fetch that is under way, else of `fetch`.
    package func value(fetch: @escaping Fetch) async throws -> Value {
        let ticket: Ticket
        switch state.withLock({ $0.ask(now: time.now()) }) {
        case .have(let value): return value
        case .wait(let mine): ticket = mine
        case .fetch(let mine):
            ticket = mine
            start(fetch)
        }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if let early = state.withLock({ $0.waiters.wait(ticket, continuation) }) {
                    continuation.resume(returning: early)
                }
            }
        } onCancel: {
            let cancelled = Outcome.failure(CancellationError())
            state.withLock { $0.waiters.settle(ticket, cancelled) }?.resume(returning: cancelled)
        }
        state.withLock { $0.waiters.remove(ticket) }
        return try outcome.get()
    }

    /// The value in hand, if there is one that is still good. Never fetches.
    package var current: Value? {
        let now = time.now()
        return state.withLock { $0.good(at: now) }
    }

    /// How many wait for the fetch that is under way.
    var waiting: Int { state.withLock { $0.waiters.count } }

    private func start(_ fetch: @escaping Fetch) {
        Task {
            let fetched: Result<(Value, expiresAt: ContinuousClock.Instant), any Error>
            do { fetched = .success(try await fetch()) } catch { fetched = .failure(error) }
            let outcome = fetched.map { $0.0 }
            for waiter in self.state.withLock({ $0.fetched(fetched) }) { waiter.resume(returning: outcome) }
        }
    }
}

extension Expiring {
    private typealias Outcome = Result<Value, any Error>
    private typealias Ticket = Waiters<Outcome>.Ticket

    /// What is kept, and who waits. Changed under the lock only.
    private struct State {
        enum Answer {
            case have(Value)
            case wait(Ticket)
            case fetch(Ticket)
        }

        var waiters = Waiters<Outcome>()
        private var kept: (value: Value, expiresAt: ContinuousClock.Instant)?
        private var isFetching = false

        func good(at now: ContinuousClock.Instant) -> Value? {
            guard let kept, now < kept.expiresAt else { return nil }
            return kept.value
        }

        mutating func ask(now: ContinuousClock.Instant) -> Answer {
            if let value = good(at: now) { return .have(value) }
            let ticket = waiters.draw()
            if isFetching { return .wait(ticket) }
            isFetching = true
            return .fetch(ticket)
        }

        mutating func fetched(
            _ outcome: Result<(Value, expiresAt: ContinuousClock.Instant), any Error>
        ) -> [Waiters<Outcome>.Continuation] {
            isFetching = false
            if case .success(let (value, expiresAt)) = outcome { kept = (value, expiresAt) }
            return waiters.settleAll(outcome.map { $0.0 })
        }
    }
}
