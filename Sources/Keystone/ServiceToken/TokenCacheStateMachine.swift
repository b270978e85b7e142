package import Telemetry

/// The daemon's own token as a value: what is held, what is under way, who waits.
///
/// Every call tells what happened and gives back what is to be done; nothing here waits, asks or reads a clock.
///
/// Invariants:
/// 1. At most one renewal is in flight.
/// 2. While a valid token is held, a request gets it at once: it neither waits nor fails. (One that has just seen this
///    very token refused asks for another, and does wait.)
/// 3. A token is never handed out at or after its end, which is counted from when we asked for it, on our own clock.
/// 4. A failed renewal, and a rejection, take no valid token away; only its end does, or a newer one.
/// 5. A rejection that names another token than the one held changes nothing.
/// 6. After a failure no attempt is made before the pause is over, whoever asks. Only a new credential ends it; a
///    rejection of the token in hand makes it as short as it is where there is none.
/// 7. Every waiter is answered exactly once: with a token, a failure, or its own deadline; a cancelled one never.
/// 8. Once started, either a renewal is in flight or a wake-up is set for the next one.
///
/// States of the renewal:
/// - idle -> running: `start`, `wokeUp` when it is due, a request that finds nothing and no pause to keep
/// - running -> due(margin before the end): `renewed`
/// - running -> due(pause): `failed`
/// - due -> running: `wokeUp`, `credentialReplaced`
/// - any -> stopped: `stop`
package struct TokenCacheStateMachine: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// A name for a request that may have to wait; each has another.
    package struct WaiterID: Hashable, Sendable {
        let number: UInt64
    }

    /// How long a request goes on hoping when there is no token.
    package enum Patience: Sendable {
        /// It fails with the first failure, and at once if the last attempt failed and the next is not due.
        case oneAttempt
        /// It rides out an outage until its own deadline, but not a refusal of the credential.
        case untilDeadline
    }

    package enum Action: Sendable {
        /// Ask Keystone, and tell `renewed` or `failed` with this number.
        case renew(attempt: Int, timeout: Duration)
        /// Call `wokeUp` then; replaces the wake-up asked for before.
        case wake(at: Instant)
        case resume([WaiterID], ServiceToken)
        case fail([WaiterID], ServiceError)
    }

    package enum Answer: Sendable {
        case use(ServiceToken)
        /// It is answered by a later action.
        case wait
        case fail(ServiceError)
    }

    private struct Held {
        var token: ServiceToken
        var asked: Instant
        var end: Instant
        /// A service has refused it. It is still used until a newer one is there: the service may be wrong.
        var isRejected = false
    }

    private struct Waiter {
        var deadline: Instant
        var patience: Patience
    }

    private enum Renewal {
        case idle
        case running(attempt: Int)
        case due(Instant)
        case stopped
    }

    private let policy: TokenCachePolicy
    private var held: Held?
    private var renewal = Renewal.idle
    private var waiters: [WaiterID: Waiter] = [:]
    private var lastAttempt = 0
    private var lastAsked: Instant?
    private var lastFailed: Instant?
    /// The attempt in flight was begun with a credential that has been replaced since.
    private var isOutdated = false
    private var earliestDeadline: Instant?
    private var wakeUp: Instant?
    private var statistics = Statistics()

    package struct Statistics: Sendable, Equatable {
        package var renewals = 0
        package var failuresByCode: [ServiceError.Code: Int] = [:]
        package var failuresInARow = 0
        package var rejections = 0
        package var requestsThatWaited = 0

        package var failures: Int { failuresByCode.values.reduce(0, +) }
    }

    private(set) var lastFailure: ServiceError?

    package init(policy: TokenCachePolicy = TokenCachePolicy()) {
        self.policy = policy
    }

    // MARK: - What is asked of it

    /// The token in hand, if it is still valid.
    package func token(at now: Instant) -> ServiceToken? {
        guard let held, now < held.end else { return nil }
        return held.token
    }

    /// A request needs a token, another than `rejected` if a service has refused that one.
    package mutating func request(
        _ waiter: WaiterID, at now: Instant, deadline: Instant, patience: Patience,
        insteadOf rejected: ServiceToken? = nil
    ) -> (Answer, [Action]) {
        if let token = token(at: now), token != rejected { return (.use(token), []) }
        if case .stopped = renewal { return (.fail(Self.stoppedError), []) }
        if let rejected { noteRejection(of: rejected, at: now) }
        if case .due(let due) = renewal, due > now, let failure = failureInForce, isHopeless(patience, failure) {
            // A rejection may have brought the next attempt forward.
            return (.fail(failure), proceed(at: now))
        }
        guard waiters.count < policy.waiterLimit else { return (.fail(Self.crowdedError), proceed(at: now)) }
        waiters[waiter] = Waiter(deadline: deadline, patience: patience)
        earliestDeadline = min(earliestDeadline ?? deadline, deadline)
        statistics.requestsThatWaited += 1
        if case .idle = renewal { renewal = .due(now) }
        return (.wait, proceed(at: now))
    }

    /// The request's task was cancelled. What it waited for goes on for the others. False if it does not wait.
    @discardableResult
    package mutating func cancel(_ waiter: WaiterID) -> Bool {
        waiters.removeValue(forKey: waiter) != nil
    }

    /// Begins to keep a token in hand. May be called twice.
    package mutating func start(at now: Instant) -> [Action] {
        if case .idle = renewal { renewal = .due(now) }
        return proceed(at: now)
    }

    /// Fails everybody who waits and renews no more. The token in hand can be used to its end.
    package mutating func stop() -> [Action] {
        renewal = .stopped
        defer { waiters = [:] }
        return waiters.isEmpty ? [] : [.fail(Array(waiters.keys), Self.stoppedError)]
    }

    // MARK: - What happens to it

    /// The attempt gave a token, `life` long as Keystone counts, asked for at `asked`.
    package mutating func renewed(
        attempt: Int, value: Secret<String>, life: Duration, asked: Instant, at now: Instant, jitter: Double
    ) -> [Action] {
        guard case .running(attempt) = renewal else { return [] }
        let end = asked + life
        guard now < end else { return failed(attempt: attempt, Self.overError, at: now, jitter: jitter) }
        let token = ServiceToken(value: value, generation: attempt)
        held = Held(token: token, asked: asked, end: end)
        renewal = .due(isOutdated ? now : end - policy.margin(life: life, jitter: jitter))
        isOutdated = false
        statistics.renewals += 1
        statistics.failuresInARow = 0
        let served = Array(waiters.keys)
        waiters = [:]
        earliestDeadline = nil
        return (served.isEmpty ? [] : [.resume(served, token)]) + proceed(at: now)
    }

    package mutating func failed(
        attempt: Int, _ failure: ServiceError, at now: Instant, jitter: Double
    ) -> [Action] {
        guard case .running(attempt) = renewal else { return [] }
        statistics.failuresByCode[failure.code, default: 0] += 1
        if isOutdated {
            isOutdated = false
            renewal = .due(now)
            return proceed(at: now)
        }
        statistics.failuresInARow += 1
        lastFailure = failure
        lastFailed = now
        let usable = held.flatMap { now < $0.end && !$0.isRejected ? $0 : nil }
        renewal = .due(
            now
                + policy.pause(
                    failures: statistics.failuresInARow, left: usable.map { now.duration(to: $0.end) },
                    refused: failure.isForGood, jitter: jitter))
        let hopeless = waiters.filter { isHopeless($0.value.patience, failure) }.map(\.key)
        for id in hopeless { waiters[id] = nil }
        return (hopeless.isEmpty ? [] : [.fail(hopeless, failure)]) + proceed(at: now)
    }

    /// The time of the last `.wake` has come. Early calls are harmless.
    package mutating func wokeUp(at now: Instant) -> [Action] {
        wakeUp = nil
        return proceed(at: now)
    }

    /// Another credential is to be used from now on. The token in hand stays until the new one is there.
    package mutating func credentialReplaced(at now: Instant) -> [Action] {
        statistics.failuresInARow = 0
        switch renewal {
        case .running: isOutdated = true
        case .due: renewal = .due(now)
        case .idle, .stopped: break
        }
        return proceed(at: now)
    }

    // MARK: - What is known

    package func summary(at now: Instant) -> (validFor: Duration?, age: Duration?, statistics: Statistics) {
        guard let held, now < held.end else { return (nil, nil, statistics) }
        return (now.duration(to: held.end), held.asked.duration(to: now), statistics)
    }

    // MARK: - Private

    /// Brings the renewal of `token` forward, unless it is an old one or that was done already.
    private mutating func noteRejection(of token: ServiceToken, at now: Instant) {
        guard let current = held, current.token == token, !current.isRejected else { return }
        held?.isRejected = true
        statistics.rejections += 1
        guard case .due(let due) = renewal else { return }
        if let failure = failureInForce {
            // Invariant 6. A refused credential is refused, token or no token.
            guard !failure.isForGood else { return }
            renewal = .due(min(due, max(now, (lastFailed ?? now) + policy.backoffLimitWithoutToken)))
        } else {
            // At once; but no more often than the first pause, in case of a service that refuses whatever it is given.
            renewal = .due(min(due, max(now, (lastAsked ?? now) + policy.backoff)))
        }
    }

    /// The failure of the last attempt, if it was one.
    private var failureInForce: ServiceError? {
        statistics.failuresInARow > 0 ? lastFailure : nil
    }

    private func isHopeless(_ patience: Patience, _ failure: ServiceError) -> Bool {
        switch patience {
        case .oneAttempt: true
        case .untilDeadline: failure.isForGood
        }
    }

    /// Expires waiters, begins the renewal if it is due, and asks for the next wake-up.
    private mutating func proceed(at now: Instant) -> [Action] {
        if case .stopped = renewal { return [] }
        var actions: [Action] = []
        if let earliestDeadline, earliestDeadline <= now {
            let late = waiters.filter { $0.value.deadline <= now }.keys
            for id in late { waiters[id] = nil }
            self.earliestDeadline = waiters.values.map(\.deadline).min()
            if !late.isEmpty { actions.append(.fail(Array(late), lateError)) }
        }
        var next = earliestDeadline
        if case .due(let due) = renewal {
            if due <= now {
                lastAttempt += 1
                renewal = .running(attempt: lastAttempt)
                lastAsked = now
                let left = summary(at: now).validFor
                actions.append(.renew(attempt: lastAttempt, timeout: policy.attemptTimeout(left: left)))
            } else {
                next = min(next ?? due, due)
            }
        }
        if let next, next != wakeUp {
            wakeUp = next
            actions.append(.wake(at: next))
        }
        return actions
    }

    private var lateError: ServiceError {
        ServiceError(
            .identityUnavailable,
            "no service token was to be had in time" + (lastFailure.map { ": \($0.message)" } ?? ""),
            serviceType: "identity", cause: lastFailure)
    }

    private static let stoppedError = ServiceError(
        .cancelled, "the daemon is stopping and renews its service token no more", serviceType: "identity")

    private static let overError = ServiceError(
        .identityUnavailable, "the service token was over before it arrived", serviceType: "identity")

    private static let crowdedError = ServiceError(
        .identityUnavailable, "too many requests wait for a service token already", serviceType: "identity")
}

extension ServiceError {
    /// No further attempt will be better, unless somebody gives the daemon another credential or the trust's user their roles.
    fileprivate var isForGood: Bool { code == .credentialRefused || disposition == .permanent }
}
