import Foundation
import Telemetry
import TestSupport

@testable import Keystone

/// A world in which a `TokenCacheStateMachine` lives through one random schedule: a Keystone that is slow, hangs, is down or
/// unwilling by turns, requests that come, wait, lose patience and are cancelled, services that refuse tokens, credentials
/// that are replaced, a machine that falls asleep and wakes up late. After every event `TokenCacheReference` checks the
/// invariants.
struct TokenCacheSimulation {
    typealias Machine = TokenCacheStateMachine
    typealias Instant = ContinuousClock.Instant

    /// What was wrong, and the last things that had happened, for whoever looks for the reason.
    struct Failure: Error, CustomStringConvertible {
        var violation: TokenCacheReference.Violation
        fileprivate var history: ArraySlice<Happening>

        var description: String {
            (["\(violation)"] + history.map { "\($0.at): \($0.event), \($0.weather)" }).joined(separator: "\n    ")
        }
    }

    fileprivate struct Happening {
        var at: Duration
        var event: Event
        var weather: Weather
    }

    fileprivate enum Event {
        case answer(attempt: Int, asked: Instant, isHung: Bool)
        /// A wake-up that the machine has asked for.
        case wake
        /// One that it has not.
        case stray
        case request
        /// Requests in the instant in which the token ends.
        case brink
        case weather
        case rejection
        case cancellation
        case newCredential
        /// The machine was suspended: the clock has gone on, timers have not.
        case leap
    }

    fileprivate enum Weather: CaseIterable {
        case fine, outage, unwilling, hanging
    }

    private let policy: TokenCachePolicy
    private var random: SeededGenerator
    private var machine: Machine
    private var reference: TokenCacheReference
    private let start: Instant
    private var now: Instant
    /// When the wake-up that the machine has asked for really comes.
    private var ringsAt: Instant?
    /// Never empty: requests, for one, never end.
    private var agenda: [(at: Instant, event: Event)] = []
    private var weather = Weather.fine
    private let lives: ClosedRange<Double>
    private var known: [ServiceToken] = []
    private var history: [Happening] = []

    private(set) var renewals = 0
    private(set) var failures = 0
    private(set) var served = 0
    private(set) var waited = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        lives = [1...2, 2...5, 5...5, 5...10, 60...600, 1800...7200].randomElement(using: &random) ?? 5...5
        var policy = TokenCachePolicy()
        if Int.random(in: 0..<4, using: &random) == 0 { policy.waiterLimit = 3 }
        self.policy = policy
        machine = Machine(policy: policy)
        reference = TokenCacheReference(policy: policy)
        start = .now
        now = start
    }

    /// Lives through `steps` events, and is stopped then.
    mutating func run(steps: Int) throws(Failure) {
        do throws(TokenCacheReference.Violation) {
            try begin()
            for _ in 0..<steps {
                let (at, event) = next()
                now = max(now, at)
                history.append(Happening(at: start.duration(to: now), event: event, weather: weather))
                try happen(event)
                try reference.check(machine, at: now)
            }
            try end()
        } catch {
            throw Failure(violation: error, history: history.suffix(12))
        }
    }

    private mutating func begin() throws(TokenCacheReference.Violation) {
        plan(.weather, in: .seconds(1))
        plan(.request, in: .zero)
        for event in [Event.rejection, .cancellation, .newCredential, .leap, .stray] { plan(event, in: pause(of: 50)) }
        reference.start(at: now)
        try perform(machine.start(at: now))
    }

    /// What comes after the end changes nothing, but the token in hand is good to its own.
    private mutating func end() throws(TokenCacheReference.Violation) {
        let running = reference.inFlight
        reference.stopped()
        try perform(machine.stop())
        for pause in [0, 10_000] { try perform(machine.wokeUp(at: now + .seconds(pause))) }
        try perform(machine.credentialReplaced(at: now))
        if let running {
            try perform(
                machine.renewed(
                    attempt: running, value: Secret("late"), life: .seconds(60), asked: now, at: now, jitter: 0))
        }
        try request(insteadOf: nil)
        try reference.check(machine, at: now)
    }

    // MARK: - Events

    private mutating func happen(_ event: Event) throws(TokenCacheReference.Violation) {
        switch event {
        case .answer(let attempt, let asked, let isHung): try answer(attempt, asked: asked, isHung: isHung)
        case .wake, .stray:
            ringsAt = nil
            reference.wokeUp()
            try perform(machine.wokeUp(at: now))
            try reference.checkAwake(at: now)
            if case .stray = event { plan(.stray, in: pause(of: lives.upperBound)) }
        case .request:
            try request(insteadOf: nil)
            plan(.request, in: pause(of: lives.lowerBound / 20))
        case .brink: try request(insteadOf: nil)
        case .weather:
            weather = Weather.allCases.randomElement(using: &random) ?? .fine
            plan(.weather, in: pause(of: lives.upperBound))
        case .rejection:
            if let token = known.suffix(3).randomElement(using: &random) { try request(insteadOf: token) }
            plan(.rejection, in: pause(of: lives.upperBound))
        case .cancellation:
            try cancel()
            plan(.cancellation, in: pause(of: 5))
        case .newCredential:
            reference.credentialReplaced(at: now)
            try perform(machine.credentialReplaced(at: now))
            plan(.newCredential, in: pause(of: lives.upperBound * 3))
        case .leap:
            now += pause(of: lives.upperBound / 2)
            if let ringsAt { self.ringsAt = ringsAt + .milliseconds(Int.random(in: 0...60_000, using: &random)) }
            plan(.leap, in: pause(of: lives.upperBound * 5))
        }
    }

    private mutating func answer(
        _ attempt: Int, asked: Instant, isHung: Bool
    ) throws(TokenCacheReference.Violation) {
        let jitter = Double.random(in: 0...1, using: &random)
        let life = Duration.milliseconds(Int(1000 * Double.random(in: lives, using: &random)))
        let isOver = asked + life <= now
        let fails = isHung || weather != .fine || Int.random(in: 0..<20, using: &random) == 0
        guard fails || isOver else {
            renewals += 1
            let token = ServiceToken(value: Secret("\(attempt)"), generation: attempt)
            known.append(token)
            agenda.append((asked + life, .brink))
            reference.renewed(token, life: life, asked: asked, at: now, jitter: jitter)
            try perform(
                machine.renewed(
                    attempt: attempt, value: token.value, life: life, asked: asked, at: now, jitter: jitter))
            return try reference.checkAnswered(nil)
        }
        failures += 1
        let code: ServiceError.Code = fails && weather == .unwilling ? .credentialRefused : .identityUnavailable
        let counts = reference.countsFailures
        reference.failed(code, at: now, jitter: jitter)
        let actions =
            fails
            ? machine.failed(
                attempt: attempt, ServiceError(code, "failed", serviceType: "identity"), at: now, jitter: jitter)
            : machine.renewed(
                attempt: attempt, value: Secret("over"), life: life, asked: asked, at: now, jitter: jitter)
        try perform(actions, after: counts ? code : nil)
        if counts { try reference.checkAnswered(code) }
    }

    private mutating func request(insteadOf rejected: ServiceToken?) throws(TokenCacheReference.Violation) {
        let id = machine.makeWaiter()
        let waiter = TokenCacheReference.Waiter(
            deadline: now + pause(of: 20), patience: Bool.random(using: &random) ? .oneAttempt : .untilDeadline)
        func ask(_ machine: inout Machine, insteadOf rejected: ServiceToken?) -> (Machine.Answer, [Machine.Action]) {
            machine.request(id, at: now, deadline: waiter.deadline, patience: waiter.patience, insteadOf: rejected)
        }
        var twin = machine
        let (answer, actions) = ask(&machine, insteadOf: rejected)
        if let rejected, rejected != reference.held?.token {
            let (_, others) = ask(&twin, insteadOf: nil)
            guard actions.attempts == others.attempts, actions.wakeUp == others.wakeUp else {
                throw TokenCacheReference.Violation("5: a rejection of an old token made a difference")
            }
        }
        if answer.token != nil { served += 1 }
        if answer.isWait { waited += 1 }
        try reference.asked(id, waiter, insteadOf: rejected, at: now, answer: answer)
        try perform(actions)
    }

    private mutating func cancel() throws(TokenCacheReference.Violation) {
        let waiting = reference.waiting.keys.sorted { $0.number < $1.number }
        guard let waiter = waiting.randomElement(using: &random) else { return }
        guard machine.cancel(waiter) else {
            throw TokenCacheReference.Violation("7: a waiter could not leave")
        }
        reference.cancelled(waiter)
    }

    /// - Parameter code: of the failure that was just told to the machine, if that was it.
    private mutating func perform(
        _ actions: [Machine.Action], after code: ServiceError.Code? = nil
    ) throws(TokenCacheReference.Violation) {
        for action in actions {
            switch action {
            case .renew(let attempt, let timeout):
                try reference.begins(attempt, at: now)
                let isHung = weather == .hanging
                plan(
                    .answer(attempt: attempt, asked: now, isHung: isHung),
                    in: isHung ? timeout : min(timeout, pause(of: min(1, lives.upperBound / 10))))
            case .wake(let instant):
                try reference.wakes(at: instant)
                ringsAt = max(instant, now) + .milliseconds(Int.random(in: 0...20, using: &random))
            case .resume(let waiters, let token): try reference.resumes(waiters, with: token, at: now)
            case .fail(let waiters, _): try reference.fails(waiters, after: code, at: now)
            }
        }
    }

    // MARK: - The agenda

    private mutating func plan(_ event: Event, in delay: Duration) {
        agenda.append((now + delay, event))
    }

    /// What happens next; of two things at the same time the one that was planned first.
    private mutating func next() -> (Instant, Event) {
        var first = 0
        for index in agenda.indices where agenda[index].at < agenda[first].at { first = index }
        if let ringsAt, ringsAt <= agenda[first].at { return (ringsAt, .wake) }
        return agenda.remove(at: first)
    }

    /// Mostly short, now and then long, `seconds` on average.
    private mutating func pause(of seconds: Double) -> Duration {
        let chance = Double.random(in: 0.001..<1, using: &random)
        return .milliseconds(Int(1000 * seconds * -log(chance)))
    }
}
