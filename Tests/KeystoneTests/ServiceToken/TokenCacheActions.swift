import Synchronization

@testable import Keystone

/// Short ways to ask what a state machine wants done.
extension [TokenCacheStateMachine.Action] {
    var attempts: [Int] {
        compactMap { if case .renew(let attempt, _) = $0 { attempt } else { nil } }
    }

    var wakeUp: ContinuousClock.Instant? {
        compactMap { if case .wake(let at) = $0 { at } else { nil } }.last
    }

    var resumed: [TokenCacheStateMachine.WaiterID] {
        reduce(into: []) { all, action in if case .resume(let waiters, _) = action { all += waiters } }
    }

    var failed: [TokenCacheStateMachine.WaiterID] {
        reduce(into: []) { all, action in if case .fail(let waiters, _) = action { all += waiters } }
    }

    var failures: [ServiceError] {
        compactMap { if case .fail(_, let error) = $0 { error } else { nil } }
    }
}

extension TokenCacheStateMachine.Answer {
    var isWait: Bool { if case .wait = self { true } else { false } }
    var token: ServiceToken? { if case .use(let token) = self { token } else { nil } }
    var failure: ServiceError? { if case .fail(let error) = self { error } else { nil } }
}

extension TokenCacheStateMachine {
    private static let lastWaiter = Atomic<UInt64>(0)

    /// A name for the next request that may have to wait.
    func makeWaiter() -> WaiterID {
        WaiterID(number: Self.lastWaiter.wrappingAdd(1, ordering: .relaxed).newValue)
    }

    /// Somebody asks for another token than this one, which a service has refused.
    mutating func reject(_ token: ServiceToken, at now: Instant) -> [Action] {
        request(makeWaiter(), at: now, deadline: now + .seconds(60), patience: .untilDeadline, insteadOf: token).1
    }
}
