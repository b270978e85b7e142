/// Those who wait for an outcome, by tickets; a value, for whoever guards it with a lock.
///
/// A waiter draws a ticket before it suspends, so that its outcome, or its cancellation, may come before its continuation
/// does: it is kept then, and told at once. Whoever drew a ticket removes it in the end, outcome or not.
///
/// Invariants
/// 1. A continuation is handed out once, to be resumed by whoever gets it, after the lock is left.
/// 2. The first outcome of a ticket is the one that counts.
///
/// States
/// - joining -> waiting: `wait`
/// - joining -> settled: `settle`
/// - waiting -> settled: `settle`, which hands the continuation out
/// - any -> gone: `remove`
package struct Waiters<Outcome: Sendable> {
    package typealias Ticket = UInt64
    package typealias Continuation = CheckedContinuation<Outcome, Never>

    private enum State {
        case joining
        case waiting(Continuation)
        case settled(Outcome)
    }

    private var states: [Ticket: State] = [:]
    private var lastTicket: Ticket = 0

    package init() {}

    /// How many tickets are drawn and not removed.
    package var count: Int { states.count }

    package mutating func draw() -> Ticket {
        lastTicket += 1
        states[lastTicket] = .joining
        return lastTicket
    }

    /// Waits with `continuation`. Gives the outcome instead where that was faster: resume with it then.
    package mutating func wait(_ ticket: Ticket, _ continuation: Continuation) -> Outcome? {
        if case .settled(let outcome) = states[ticket] { return outcome }
        states[ticket] = .waiting(continuation)
        return nil
    }

    /// Gives `ticket` its outcome, unless it has one. Hands out the continuation that is to be resumed with it; nil where
    /// there is none yet, or no more.
    package mutating func settle(_ ticket: Ticket, _ outcome: Outcome) -> Continuation? {
        switch states[ticket] {
        case .joining:
            states[ticket] = .settled(outcome)
            return nil
        case .waiting(let continuation):
            states[ticket] = .settled(outcome)
            return continuation
        case .settled, nil: return nil
        }
    }

    /// The same for everybody who has no outcome yet.
    package mutating func settleAll(_ outcome: Outcome) -> [Continuation] {
        states.keys.compactMap { settle($0, outcome) }
    }

    package mutating func remove(_ ticket: Ticket) {
        states[ticket] = nil
    }
}
