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
