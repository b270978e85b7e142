@testable import Keystone

/// What must be so of a `TokenCacheStateMachine`, kept beside it by plain means: every waiter, every token, and the one
/// instant at which the next attempt has to begin. It is told the same as the machine, and then what that wants done; the
/// numbers in a violation are those of the machine's invariants.
struct TokenCacheReference {
    typealias Machine = TokenCacheStateMachine
    typealias Instant = ContinuousClock.Instant

    struct Violation: Error, CustomStringConvertible {
        var description: String

        init(_ description: String) {
            self.description = description
        }
    }

    struct Held {
        var token: ServiceToken
        var end: Instant
        var isRejected = false
    }

    struct Waiter {
        var deadline: Instant
        var patience: Machine.Patience
    }

    struct Failure {
        var code: ServiceError.Code
        var at: Instant
    }

    let policy: TokenCachePolicy
    /// The newest token, valid or not.
    private(set) var held: Held?
    private(set) var waiting: [Machine.WaiterID: Waiter] = [:]
    private(set) var inFlight: Int?
    /// When the machine wants to be woken.
    private(set) var wakeUp: Instant?
    private(set) var rejections = 0
    /// When the next attempt has to begin, and not before. Nil while one is in flight.
    private var due: Instant?
    /// Of the last attempt, unless another credential came after it.
    private var failure: Failure?
    private var failuresInARow = 0
    private var lastAsked: Instant?
    /// The attempt in flight is one with an old credential.
    private var isOutdated = false
    private var isStopped = false

    /// Whether a failure of the attempt in flight is one: with an old credential it says nothing.
    var countsFailures: Bool { !isOutdated }

    init(policy: TokenCachePolicy) {
        self.policy = policy
    }

    func token(at now: Instant) -> ServiceToken? {
        held.flatMap { now < $0.end ? $0.token : nil }
    }

    // MARK: - What happens to the machine

    mutating func start(at now: Instant) {
        due = now
    }

    mutating func renewed(_ token: ServiceToken, life: Duration, asked: Instant, at now: Instant, jitter: Double) {
        inFlight = nil
        held = Held(token: token, end: asked + life)
        (failure, failuresInARow) = (nil, 0)
        due = isOutdated ? now : asked + life - policy.margin(life: life, jitter: jitter)
        isOutdated = false
    }

    mutating func failed(_ code: ServiceError.Code, at now: Instant, jitter: Double) {
        inFlight = nil
        due = now
        defer { isOutdated = false }
        guard !isOutdated else { return }
        failure = Failure(code: code, at: now)
        failuresInARow += 1
        let left = held.flatMap { now < $0.end && !$0.isRejected ? $0.end - now : nil }
        due =
            now
            + policy.pause(
                failures: failuresInARow, left: left, refused: code == .credentialRefused, jitter: jitter)
    }

    mutating func credentialReplaced(at now: Instant) {
        (failure, failuresInARow) = (nil, 0)
        if inFlight == nil { due = now } else { isOutdated = true }
    }

    mutating func wokeUp() {
        wakeUp = nil
    }

    mutating func cancelled(_ waiter: Machine.WaiterID) {
        waiting[waiter] = nil
    }

    mutating func stopped() {
        isStopped = true
    }

    // MARK: - What the machine answers

    /// Somebody asked, and saw `rejected` refused before.
    mutating func asked(
        _ id: Machine.WaiterID, _ waiter: Waiter, insteadOf rejected: ServiceToken?, at now: Instant,
        answer: Machine.Answer
    ) throws(Violation) {
        if let valid = token(at: now), valid != rejected {
            guard answer.token == valid else { throw Violation("2: there is a valid token, and it was not handed out") }
            return
        }
        guard answer.token == nil else { throw Violation("3: a token was handed out that is over, or was refused") }
        if isStopped {
            guard answer.failure?.code == .cancelled else { throw Violation("a machine that is stopped lets wait") }
            return
        }
        if let rejected { reject(rejected, at: now) }
        guard let failure = answer.failure else {
            waiting[id] = waiter
            return
        }
        let hasNoHope = self.failure.map { isHopeless(waiter, $0.code) && due.map { $0 > now } ?? false } ?? false
        guard hasNoHope || waiting.count >= policy.waiterLimit else {
            throw Violation("a request failed that might have waited: \(failure)")
        }
    }

    private mutating func reject(_ token: ServiceToken, at now: Instant) {
        guard let held, held.token == token, !held.isRejected else { return }
        self.held?.isRejected = true
        rejections += 1
        guard let due else { return }
        if let failure {
            guard failure.code != .credentialRefused else { return }
            self.due = min(due, max(now, failure.at + policy.backoffLimitWithoutToken))
        } else {
            self.due = min(due, max(now, (lastAsked ?? now) + policy.backoff))
        }
    }

    private func isHopeless(_ waiter: Waiter, _ code: ServiceError.Code) -> Bool {
        waiter.patience == .oneAttempt || code == .credentialRefused
    }

    // MARK: - What the machine wants done

    mutating func begins(_ attempt: Int, at now: Instant) throws(Violation) {
        guard !isStopped else { throw Violation("a machine that is stopped asks for a token") }
        guard inFlight == nil else { throw Violation("1: two renewals in flight") }
        guard let due, due <= now else {
            throw Violation("6: an attempt before the pause was over, or before its time")
        }
        self.due = nil
        inFlight = attempt
        lastAsked = now
    }

    mutating func wakes(at instant: Instant) throws(Violation) {
        guard !isStopped else { throw Violation("a machine that is stopped wants to be woken") }
        wakeUp = instant
    }

    mutating func resumes(_ waiters: [Machine.WaiterID], with token: ServiceToken, at now: Instant) throws(Violation) {
        guard token == self.token(at: now) else { throw Violation("3: a waiter got a token that is over") }
        for waiter in waiters { _ = try settle(waiter) }
    }

    /// - Parameter code: of the failure that was just told to the machine, if that was it.
    mutating func fails(_ waiters: [Machine.WaiterID], after code: ServiceError.Code?, at now: Instant)
        throws(Violation)
    {
        for waiter in waiters {
            let settled = try settle(waiter)
            let isTold = code.map { isHopeless(settled, $0) } ?? false
            guard isTold || settled.deadline <= now || isStopped else {
                throw Violation("7: a waiter failed before its deadline, and for no failure")
            }
        }
    }

    private mutating func settle(_ waiter: Machine.WaiterID) throws(Violation) -> Waiter {
        guard let settled = waiting.removeValue(forKey: waiter) else {
            throw Violation("7: a waiter was answered who had been answered, or had left")
        }
        return settled
    }

    // MARK: - What must be so after every event

    func check(_ machine: Machine, at now: Instant) throws(Violation) {
        guard machine.token(at: now) == token(at: now) else {
            throw Violation("4: the token in hand is not the newest one, while that is valid")
        }
        guard machine.summary(at: now).statistics.rejections == rejections else {
            throw Violation("5: a rejection counted that was none of the token in hand, or another time")
        }
        guard !isStopped else {
            guard waiting.isEmpty else { throw Violation("7: the machine was stopped, and somebody still waits") }
            return
        }
        if inFlight == nil {
            guard let due, let wakeUp, wakeUp <= due else { throw Violation("8: nobody will begin the next renewal") }
        }
        for waiter in waiting.values {
            guard let wakeUp, wakeUp <= waiter.deadline else {
                throw Violation("7: nobody will tell a waiter that its time is over")
            }
        }
    }

    /// What must be so after the machine was woken.
    func checkAwake(at now: Instant) throws(Violation) {
        guard waiting.values.allSatisfy({ $0.deadline > now }) else {
            throw Violation("7: a waiter was not told that its time is over")
        }
        if let due, due <= now { throw Violation("8: a renewal that is due was not begun") }
    }

    /// What must be so after an attempt has ended, unless its credential had been replaced meanwhile.
    func checkAnswered(_ code: ServiceError.Code?) throws(Violation) {
        guard waiting.values.allSatisfy({ waiter in code.map { !isHopeless(waiter, $0) } ?? false }) else {
            throw Violation("7: an attempt has ended, and whoever waited for it was not told")
        }
    }
}
