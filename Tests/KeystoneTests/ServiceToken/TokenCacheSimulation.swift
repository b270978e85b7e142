import Foundation
import Telemetry
import TestSupport

@testable import Keystone

/// A world in which a `TokenCacheStateMachine` lives through one random schedule: a Keystone that is slow, down or
/// unwilling by turns, requests that come, wait, lose patience and are cancelled, services that refuse tokens, a machine
/// that falls asleep. It checks the machine's invariants after every event; the numbers are those of its comment.
struct TokenCacheSimulation {
    typealias Machine = TokenCacheStateMachine
    typealias Instant = ContinuousClock.Instant

    struct Violation: Error, CustomStringConvertible {
        var description: String
    }

    private enum Event {
        case answer(attempt: Int, asked: Instant)
        case wake
        case request
        case weather
        case rejection
        case cancellation
        case newCredential
        case sleep
    }

    private enum Weather: CaseIterable {
        case fine, outage, unwilling
    }

    private let policy = TokenCachePolicy()
    private var random: SeededGenerator
    private var machine: Machine
    private var now: Instant
    private let origin: Instant
    /// Never empty: requests, for one, never end.
    private var agenda: [(at: Instant, event: Event)] = []
    private var weather = Weather.fine
    private let lives: ClosedRange<Int>

    // What must be so, kept by other means than the machine's.
    private var inFlight: Int?
    private var wakeAt: Instant?
    private var known: [(token: ServiceToken, end: Instant)] = []
    private var waiting: [Machine.WaiterID: Instant] = [:]
    /// When the last attempt failed, if it did and its pause counts.
    private var lastFailure: Instant?
    /// The attempt in flight is one with an old credential: its failure causes no pause.
    private var isOutdated = false
    private(set) var renewals = 0
    private(set) var served = 0
    private(set) var waited = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        machine = Machine(policy: policy)
        origin = .now
        now = origin
        lives = [2...5, 5...10, 60...600, 1800...7200].randomElement(using: &random) ?? 2...5
    }

    /// Lives through `steps` events.
    mutating func run(steps: Int) throws {
        plan(.weather, in: .seconds(1))
        plan(.request, in: .zero)
        for event in [Event.rejection, .cancellation, .newCredential, .sleep] { plan(event, in: pause(of: 50)) }
        try perform(machine.start(at: now))
        for _ in 0..<steps {
            let (at, event) = next()
            now = max(now, at)
            try happen(event)
            try checkState()
        }
    }

    // MARK: - Events

    private mutating func happen(_ event: Event) throws {
        switch event {
        case .answer(let attempt, let asked): try answer(attempt, asked: asked)
        case .wake:
            wakeAt = nil
            try perform(machine.wokeUp(at: now))
        case .request:
            try request(insteadOf: nil)
            plan(.request, in: pause(of: Double(lives.lowerBound) / 20))
        case .weather:
            weather = Weather.allCases.randomElement(using: &random) ?? .fine
            plan(.weather, in: pause(of: Double(lives.upperBound)))
        case .rejection:
            try reject()
            plan(.rejection, in: pause(of: Double(lives.upperBound)))
        case .cancellation:
            if let waiter = waiting.keys.sorted(by: { $0.number < $1.number }).randomElement(using: &random) {
                guard machine.cancel(waiter) else { throw Violation(description: "7: a waiter could not be cancelled") }
                waiting[waiter] = nil
            }
            plan(.cancellation, in: pause(of: 5))
        case .newCredential:
            lastFailure = nil
            isOutdated = inFlight != nil
            try perform(machine.credentialReplaced(at: now))
            plan(.newCredential, in: pause(of: Double(lives.upperBound) * 3))
        case .sleep:
            now += pause(of: Double(lives.upperBound) / 2)
            plan(.sleep, in: pause(of: Double(lives.upperBound) * 5))
        }
    }

    private mutating func answer(_ attempt: Int, asked: Instant) throws {
        inFlight = nil
        let wasOutdated = isOutdated
        isOutdated = false
        let before = machine.token(at: now)
        let jitter = Double.random(in: 0...1, using: &random)
        let fails = weather != .fine || Int.random(in: 0..<20, using: &random) == 0
        guard !fails else {
            lastFailure = wasOutdated ? nil : now
            let code: ServiceError.Code = weather == .unwilling ? .credentialRefused : .identityUnavailable
            let error = ServiceError(code, "failed", serviceType: "identity")
            try perform(machine.failed(attempt: attempt, error, at: now, jitter: jitter))
            guard machine.token(at: now) == before else { throw Violation(description: "4: a failure took a token") }
            return
        }
        let life = Duration.seconds(Int.random(in: lives, using: &random))
        let isOver = asked + life <= now
        lastFailure = isOver && !wasOutdated ? now : nil
        if !isOver {
            renewals += 1
            known.append((ServiceToken(value: Secret("\(attempt)"), generation: attempt), asked + life))
        }
        let actions = machine.renewed(
            attempt: attempt, value: Secret("\(attempt)"), life: life, asked: asked, at: now, jitter: jitter)
        try perform(actions)
    }

    private mutating func request(insteadOf rejected: ServiceToken?) throws {
        let valid = newest
        let waiter = machine.makeWaiter()
        let deadline = now + pause(of: 20)
        let patience: Machine.Patience = Bool.random(using: &random) ? .oneAttempt : .untilDeadline
        let (answer, actions) = machine.request(
            waiter, at: now, deadline: deadline, patience: patience, insteadOf: rejected)
        switch answer {
        case .use(let token):
            served += 1
            try check(token)
            guard token != rejected else { throw Violation(description: "2: a rejected token was handed out again") }
            guard rejected == nil || actions.attempts.isEmpty else {
                throw Violation(description: "5: a rejection of an old token caused a renewal")
            }
        case .wait:
            waited += 1
            waiting[waiter] = deadline
            fallthrough
        case .fail:
            guard valid == nil || valid == rejected else {
                throw Violation(description: "2: a request waited or failed although there was a valid token")
            }
        }
        try perform(actions)
    }

    private mutating func reject() throws {
        guard let (token, _) = known.suffix(3).randomElement(using: &random) else { return }
        let before = machine.token(at: now)
        try request(insteadOf: token)
        guard machine.token(at: now) == before else { throw Violation(description: "4: a rejection took a token") }
    }

    // MARK: - Performing and checking

    private mutating func perform(_ actions: [Machine.Action]) throws {
        for action in actions {
            switch action {
            case .renew(let attempt, let timeout):
                guard inFlight == nil else { throw Violation(description: "1: two renewals in flight") }
                // The shortest pause is half of the first one.
                guard lastFailure.map({ $0 + policy.backoff / 2 <= now }) ?? true else {
                    throw Violation(description: "6: an attempt before the pause was over")
                }
                inFlight = attempt
                plan(.answer(attempt: attempt, asked: now), in: min(timeout, pause(of: 1)))
            case .wake(let instant):
                wakeAt = max(instant, now) + .milliseconds(Int.random(in: 0...20, using: &random))
            case .resume(let waiters, let token):
                try check(token)
                for waiter in waiters { try answered(waiter) }
            case .fail(let waiters, _):
                for waiter in waiters { try answered(waiter) }
            }
        }
    }

    private mutating func answered(_ waiter: Machine.WaiterID) throws {
        guard waiting.removeValue(forKey: waiter) != nil else {
            throw Violation(description: "7: a waiter was answered who did not wait")
        }
    }

    /// The token that was got last, while it is valid.
    private var newest: ServiceToken? {
        guard let (token, end) = known.last, now < end else { return nil }
        return token
    }

    private func check(_ token: ServiceToken) throws {
        guard let end = known.first(where: { $0.token == token })?.end, now < end else {
            throw Violation(description: "3: a token was handed out that is over")
        }
    }

    private func checkState() throws {
        guard machine.token(at: now) == newest else {
            throw Violation(description: "2: the newest token is not the one in hand")
        }
        guard inFlight != nil || wakeAt != nil else {
            throw Violation(description: "8: nothing will ever happen again")
        }
        // Wake-ups come up to 20 ms late; one that is overdue comes next.
        for (_, deadline) in waiting where deadline + .milliseconds(20) < now {
            guard let wakeAt, wakeAt <= now else {
                throw Violation(description: "7: a waiter waits beyond its deadline")
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
        if let wakeAt, wakeAt <= agenda[first].at { return (wakeAt, .wake) }
        return agenda.remove(at: first)
    }

    /// Mostly short, now and then long, `seconds` on average.
    private mutating func pause(of seconds: Double) -> Duration {
        let chance = Double.random(in: 0.001..<1, using: &random)
        return .milliseconds(Int(1000 * seconds * -log(chance)))
    }
}
