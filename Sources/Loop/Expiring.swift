import Synchronization

/// A value that is fetched when it is first asked for, kept until it expires, and then fetched again.
///
/// One fetch runs at a time, and everybody who asks meanwhile gets its result. A failure is reported to those who wait
/// and forgotten: the next to ask tries again. A caller that is cancelled leaves at once; the fetch goes on for the
/// others, and its result is kept also when nobody waits any more. A fetch therefore needs a deadline of its own.
package final class Expiring<Value: Sendable>: Sendable {
    package typealias Fetch = @Sendable () async throws -> (Value, expiresAt: ContinuousClock.Instant)

    private let time: any TimeSource
    private let executor: DispatchExecutor?
    private let state = Mutex(State())

    /// Fetches run on `executor`, or on the pool where there is none.
    package init(time: any TimeSource, executor: DispatchExecutor? = nil) {
        self.time = time
        self.executor = executor
    }

    /// The value in hand if it is still good, else the result of the fetch that is under way, else of `fetch`.
    package func value(fetch: @escaping Fetch) async throws -> Value {
        let ticket: Int
        switch state.withLock({ $0.ask(now: time.now()) }) {
        case .have(let value): return value
        case .wait(let mine): ticket = mine
        case .fetch(let mine):
            ticket = mine
            start(fetch)
        }
        defer { state.withLock { _ = $0.tickets.removeValue(forKey: ticket) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if let outcome = state.withLock({ $0.wait(ticket, continuation) }) {
                    continuation.resume(with: outcome)
                }
            }
        } onCancel: {
            state.withLock { $0.leave(ticket) }?.resume(throwing: CancellationError())
        }
    }

    /// The value in hand, if there is one that is still good. Never fetches.
    package var current: Value? {
        let now = time.now()
        return state.withLock { $0.good(at: now) }
    }

    /// Drops the value in hand if `condition` holds for it. A fetch that is under way is not touched: its value is newer.
    package func invalidate(where condition: (Value) -> Bool = { _ in true }) {
        state.withLock { state in
            if let kept = state.kept, condition(kept.value) { state.kept = nil }
        }
    }

    private func start(_ fetch: @escaping Fetch) {
        Task(executorPreference: executor?.tasks) {
            let outcome: Result<(Value, expiresAt: ContinuousClock.Instant), any Error>
            do { outcome = .success(try await fetch()) } catch { outcome = .failure(error) }
            for (continuation, result) in self.state.withLock({ $0.fetched(outcome) }) {
                continuation.resume(with: result)
            }
        }
    }
}

extension Expiring {
    /// What is kept, and who waits. Changed under the lock only; continuations are resumed by whoever takes them out.
    ///
    /// A ticket: joining -> waiting: `wait`. joining -> settled: `fetched` or `leave`. waiting -> gone: `fetched` or
    /// `leave`, which hand its continuation out once. Whoever drew a ticket removes it in the end.
    private struct State {
        typealias Continuation = CheckedContinuation<Value, any Error>

        enum Ticket {
            case joining
            case waiting(Continuation)
            case settled(Result<Value, any Error>)
        }

        enum Answer {
            case have(Value)
            case wait(ticket: Int)
            case fetch(ticket: Int)
        }

        var kept: (value: Value, expiresAt: ContinuousClock.Instant)?
        var tickets: [Int: Ticket] = [:]
        private var isFetching = false
        private var lastTicket = 0

        func good(at now: ContinuousClock.Instant) -> Value? {
            guard let kept, now < kept.expiresAt else { return nil }
            return kept.value
        }

        mutating func ask(now: ContinuousClock.Instant) -> Answer {
            if let value = good(at: now) { return .have(value) }
            lastTicket += 1
            tickets[lastTicket] = .joining
            if isFetching { return .wait(ticket: lastTicket) }
            isFetching = true
            return .fetch(ticket: lastTicket)
        }

        /// The outcome, where it came before the continuation did.
        mutating func wait(_ ticket: Int, _ continuation: Continuation) -> Result<Value, any Error>? {
            if case .settled(let outcome) = tickets[ticket] { return outcome }
            tickets[ticket] = .waiting(continuation)
            return nil
        }

        mutating func leave(_ ticket: Int) -> Continuation? {
            switch tickets[ticket] {
            case .waiting(let continuation):
                tickets[ticket] = nil
                return continuation
            case .joining:
                tickets[ticket] = .settled(.failure(CancellationError()))
                return nil
            case .settled, nil: return nil
            }
        }

        mutating func fetched(
            _ outcome: Result<(Value, expiresAt: ContinuousClock.Instant), any Error>
        ) -> [(Continuation, Result<Value, any Error>)] {
            isFetching = false
            if case .success(let (value, expiresAt)) = outcome { kept = (value, expiresAt) }
            let result = outcome.map { $0.0 }
            var served: [(Continuation, Result<Value, any Error>)] = []
            for (ticket, state) in tickets {
                switch state {
                case .waiting(let continuation):
                    served.append((continuation, result))
                    tickets[ticket] = nil
                case .joining: tickets[ticket] = .settled(result)
                case .settled: break
                }
            }
            return served
        }
    }
}
