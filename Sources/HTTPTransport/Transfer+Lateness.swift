/// When a transfer is late.
extension Transfer {
    enum Lateness {
        case late(String)
        case lookAgain(at: ContinuousClock.Instant)
    }

    /// Whether it is late, and if not, when it could be.
    ///
    /// That time is not moved with each byte. It is early enough for any wait that begins after `now`, and then it is looked
    /// again: so no wait is ended early, nor one later than its limit.
    func lateness(at now: ContinuousClock.Instant) -> Lateness {
        guard now < plan.deadline else { return .late("the deadline has passed") }
        var next = plan.deadline
        for limit in [plan.answerTimeout, plan.idleLimit] {
            if let limit { next = min(next, now + limit) }
        }
        let limit: (time: Duration?, why: String)
        switch machine.awaited {
        case .answer: limit = (plan.answerTimeout, "no answer")
        case .progress: limit = (plan.idleLimit, "not a byte of the body has moved")
        case nil: return .lookAgain(at: next)
        }
        guard let time = limit.time else { return .lookAgain(at: next) }
        guard now < lastMove + time else { return .late("\(limit.why) for \(time)") }
        return .lookAgain(at: min(next, lastMove + time))
    }

    /// A byte has moved, or a wait begins.
    func noteMove() {
        if plan.answerTimeout != nil || plan.idleLimit != nil { lastMove = .now }
    }
}
