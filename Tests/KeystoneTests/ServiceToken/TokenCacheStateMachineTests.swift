import Telemetry
import Testing

@testable import Keystone

/// What the state machine does in single situations. `TokenCacheSimulation` is for all of them at once.
@Suite struct TokenCacheStateMachineTests {
    typealias Machine = TokenCacheStateMachine

    let start = ContinuousClock.now
    let outage = ServiceError(.identityUnavailable, "Keystone does not answer", serviceType: "identity")
    let refusal = ServiceError(.credentialRefused, "wrong password", serviceType: "identity")

    func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    /// A machine that got a token of `life` at 0.
    func supplied(life: Double, jitter: Double = 0, policy: TokenCachePolicy = TokenCachePolicy()) -> Machine {
        var machine = Machine(policy: policy)
        _ = machine.start(at: at(0))
        _ = machine.renewed(
            attempt: 1, value: Secret("first"), life: .seconds(life), asked: at(0), at: at(0), jitter: jitter)
        return machine
    }

    @Test func `starting asks Keystone once, and starting again does not`() {
        var machine = Machine()
        #expect(machine.start(at: at(0)).attempts == [1])
        #expect(machine.start(at: at(1)).attempts == [])
    }

    @Test func `a token of an hour is renewed twelve minutes before its end, or a little later`() {
        var early = Machine()
        _ = early.start(at: at(0))
        let actions = early.renewed(
            attempt: 1, value: Secret("a"), life: .seconds(3600), asked: at(0), at: at(1), jitter: 0)
        #expect(actions.wakeUp == at(2880))
        var late = Machine()
        _ = late.start(at: at(0))
        let jittered = late.renewed(
            attempt: 1, value: Secret("a"), life: .seconds(3600), asked: at(0), at: at(1), jitter: 1)
        #expect(jittered.wakeUp == at(2880 + 72))
    }

    @Test func `its end is counted from when it was asked for`() {
        var machine = Machine()
        _ = machine.start(at: at(0))
        _ = machine.renewed(attempt: 1, value: Secret("a"), life: .seconds(5), asked: at(0), at: at(3), jitter: 0)
        #expect(machine.token(at: at(4.9)) != nil)
        #expect(machine.token(at: at(5)) == nil)
    }

    @Test func `a token that arrives after its end is a failure, with a pause`() {
        var machine = Machine()
        _ = machine.start(at: at(0))
        let actions = machine.renewed(
            attempt: 1, value: Secret("a"), life: .seconds(2), asked: at(0), at: at(2), jitter: 1)
        #expect(machine.token(at: at(2)) == nil)
        #expect(actions.attempts == [])
        #expect(actions.wakeUp == at(3))
    }

    @Test func `everybody who asks before the first token waits for the same renewal`() {
        var machine = Machine()
        _ = machine.start(at: at(0))
        let waiters = (0..<100).map { _ in machine.makeWaiter() }
        for waiter in waiters {
            let (answer, actions) = machine.request(waiter, at: at(1), deadline: at(60), patience: .untilDeadline)
            #expect(answer.isWait)
            #expect(actions.attempts == [])
        }
        let actions = machine.renewed(
            attempt: 1, value: Secret("a"), life: .seconds(60), asked: at(0), at: at(2), jitter: 0)
        #expect(Set(actions.resumed) == Set(waiters))
    }

    @Test func `while a renewal fails the old token is used, and Keystone is asked at growing intervals`() {
        var machine = supplied(life: 3600)
        var now = at(2880)
        var attempts = machine.wokeUp(at: now).attempts
        var pauses: [Duration] = []
        while now < at(3500) {
            guard let attempt = attempts.first else { break }
            let (answer, _) = machine.request(machine.makeWaiter(), at: now, deadline: now, patience: .oneAttempt)
            #expect(answer.token?.value == Secret("first"))
            let actions = machine.failed(attempt: attempt, outage, at: now, jitter: 1)
            guard let next = actions.wakeUp else { break }
            pauses.append(now.duration(to: next))
            now = next
            attempts = machine.wokeUp(at: now).attempts
        }
        #expect(Array(pauses.prefix(8)) == [1, 2, 4, 8, 16, 32, 60, 60].map { Duration.seconds($0) })
    }

    @Test func `near the end of the token the intervals get shorter again`() {
        var machine = supplied(life: 3600)
        var attempt = machine.wokeUp(at: at(2880)).attempts
        var now = at(2880)
        var last: Duration = .zero
        while now < at(3600), let running = attempt.first {
            guard let next = machine.failed(attempt: running, outage, at: now, jitter: 1).wakeUp else { break }
            last = now.duration(to: next)
            now = next
            attempt = machine.wokeUp(at: now).attempts
        }
        #expect(last <= .seconds(1))
        #expect(now < at(3602))
    }

    @Test func `a patient request rides out failures until its deadline`() {
        var machine = Machine()
        _ = machine.start(at: at(0))
        let waiter = machine.makeWaiter()
        _ = machine.request(waiter, at: at(0), deadline: at(10), patience: .untilDeadline)
        #expect(machine.failed(attempt: 1, outage, at: at(1), jitter: 1).failed.isEmpty)
        #expect(machine.wokeUp(at: at(2)).attempts == [2])
        let late = machine.wokeUp(at: at(10))
        #expect(late.failed == [waiter])
        #expect(late.failures.first?.code == .identityUnavailable)
        #expect(late.failures.first?.message.contains("does not answer") == true)
    }

    @Test func `a request for one attempt fails with it, and at once during the pause`() {
        var machine = Machine()
        _ = machine.start(at: at(0))
        let waiter = machine.makeWaiter()
        _ = machine.request(waiter, at: at(0), deadline: at(10), patience: .oneAttempt)
        #expect(machine.failed(attempt: 1, outage, at: at(1), jitter: 1).failed == [waiter])
        let (answer, _) = machine.request(machine.makeWaiter(), at: at(1.5), deadline: at(10), patience: .oneAttempt)
        #expect(answer.failure?.code == .identityUnavailable)
    }

    @Test func `a refused credential fails patient requests too`() {
        var machine = Machine()
        _ = machine.start(at: at(0))
        let waiter = machine.makeWaiter()
        _ = machine.request(waiter, at: at(0), deadline: at(60), patience: .untilDeadline)
        #expect(machine.failed(attempt: 1, refusal, at: at(1), jitter: 1).failed == [waiter])
        let (answer, _) = machine.request(machine.makeWaiter(), at: at(1), deadline: at(60), patience: .untilDeadline)
        #expect(answer.failure?.code == .credentialRefused)
    }

    @Test func `a cancelled waiter is not answered, and the renewal goes on`() {
        var machine = Machine()
        _ = machine.start(at: at(0))
        let (leaving, staying) = (machine.makeWaiter(), machine.makeWaiter())
        for waiter in [leaving, staying] {
            _ = machine.request(waiter, at: at(0), deadline: at(60), patience: .untilDeadline)
        }
        let (first, second) = (machine.cancel(leaving), machine.cancel(leaving))
        #expect(first)
        #expect(!second)
        let actions = machine.renewed(
            attempt: 1, value: Secret("a"), life: .seconds(60), asked: at(0), at: at(1), jitter: 0)
        #expect(actions.resumed == [staying])
    }

    @Test func `a rejected token stays in use until its renewal is there`() throws {
        var machine = supplied(life: 3600)
        let old = try #require(machine.token(at: at(100)))
        #expect(machine.reject(old, at: at(100)).attempts == [2])
        #expect(machine.token(at: at(101)) == old)
        _ = machine.renewed(
            attempt: 2, value: Secret("b"), life: .seconds(3600), asked: at(100), at: at(102), jitter: 0)
        #expect(machine.token(at: at(102))?.value == Secret("b"))
    }

    @Test func `whoever saw the token rejected waits for another, nobody else does`() throws {
        var machine = supplied(life: 3600)
        let old = try #require(machine.token(at: at(100)))
        let waiter = machine.makeWaiter()
        let (answer, actions) = machine.request(
            waiter, at: at(100), deadline: at(160), patience: .untilDeadline, insteadOf: old)
        #expect(answer.isWait)
        #expect(actions.attempts == [2])
        let (other, _) = machine.request(machine.makeWaiter(), at: at(100), deadline: at(160), patience: .oneAttempt)
        #expect(other.token == old)
    }

    @Test func `a late 401 never discards a newer token`() throws {
        var machine = supplied(life: 3600)
        let old = try #require(machine.token(at: at(100)))
        _ = machine.reject(old, at: at(100))
        _ = machine.renewed(
            attempt: 2, value: Secret("b"), life: .seconds(3600), asked: at(100), at: at(101), jitter: 0)
        for _ in 0..<1000 {
            #expect(machine.reject(old, at: at(102)).isEmpty)
            let (answer, actions) = machine.request(
                machine.makeWaiter(), at: at(102), deadline: at(160), patience: .untilDeadline, insteadOf: old)
            #expect(answer.token?.value == Secret("b"))
            #expect(actions.isEmpty)
        }
    }

    @Test func `a service that refuses every token causes no more than a renewal a second`() throws {
        var machine = supplied(life: 3600)
        _ = machine.reject(try #require(machine.token(at: at(100))), at: at(100))
        _ = machine.renewed(
            attempt: 2, value: Secret("b"), life: .seconds(3600), asked: at(100), at: at(100.1), jitter: 0)
        let actions = machine.reject(try #require(machine.token(at: at(100.2))), at: at(100.2))
        #expect(actions.attempts == [])
        #expect(actions.wakeUp == at(101))
    }

    @Test(arguments: [(TokenCachePolicy().waiterLimit, Machine.Patience.oneAttempt), (0, .untilDeadline)])
    func `a rejection that brings the next attempt forward moves the wake-up too, though its request is turned away`(
        waiterLimit: Int, patience: Machine.Patience
    ) throws {
        var policy = TokenCachePolicy()
        policy.waiterLimit = waiterLimit
        var machine = supplied(life: 3600, policy: policy)
        let old = try #require(machine.token(at: at(2880)))
        var attempts = machine.wokeUp(at: at(2880)).attempts
        var now = at(2880)
        for _ in 1...6 {
            let attempt = try #require(attempts.first)
            now = try #require(machine.failed(attempt: attempt, outage, at: now, jitter: 1).wakeUp)
            attempts = machine.wokeUp(at: now).attempts
        }
        let attempt = try #require(attempts.first)
        #expect(machine.failed(attempt: attempt, outage, at: now, jitter: 1).wakeUp == now + .seconds(60))
        let (answer, actions) = machine.request(
            machine.makeWaiter(), at: now + .seconds(1), deadline: now + .seconds(99), patience: patience,
            insteadOf: old)
        #expect(answer.failure?.code == .identityUnavailable)
        #expect(actions.wakeUp == now + .seconds(10))
    }

    @Test func `an attempt that hangs leaves time for another before the token's end`() {
        for life in [8.0, 60, 3600] {
            var machine = supplied(life: life)
            let due = at(life - min(max(120, life / 5), life / 2))
            let timeouts = machine.wokeUp(at: due).compactMap { action -> Duration? in
                if case .renew(_, let timeout) = action { timeout } else { nil }
            }
            #expect(timeouts == [min(.seconds(20), due.duration(to: at(life)) * 3 / 4)])
        }
        #expect(TokenCachePolicy().attemptTimeout(left: nil) == .seconds(20))
        #expect(TokenCachePolicy().attemptTimeout(left: .seconds(1)) == .seconds(2))
    }

    @Test func `a new credential is used at once, also while Keystone is being asked with the old one`() {
        var machine = Machine()
        _ = machine.start(at: at(0))
        _ = machine.failed(attempt: 1, refusal, at: at(1), jitter: 1)
        #expect(machine.credentialReplaced(at: at(1.5)).attempts == [2])
        #expect(machine.credentialReplaced(at: at(1.6)).attempts == [])
        let waiter = machine.makeWaiter()
        _ = machine.request(waiter, at: at(1.7), deadline: at(60), patience: .untilDeadline)
        let actions = machine.failed(attempt: 2, refusal, at: at(2), jitter: 1)
        #expect(actions.attempts == [3])
        #expect(actions.failed.isEmpty)
    }

    @Test func `stopping fails who waits and leaves the token in hand`() {
        var machine = supplied(life: 60)
        let waiter = machine.makeWaiter()
        let (answer, _) = machine.request(
            waiter, at: at(1), deadline: at(60), patience: .untilDeadline, insteadOf: machine.token(at: at(1)))
        #expect(answer.isWait)
        #expect(machine.stop().failed == [waiter])
        #expect(machine.token(at: at(2)) != nil)
        #expect(machine.wokeUp(at: at(40)).isEmpty)
    }

    @Test func `more than the limit of waiters are turned away`() {
        var policy = TokenCachePolicy()
        policy.waiterLimit = 2
        var machine = Machine(policy: policy)
        for _ in 0..<2 {
            let (answer, _) = machine.request(
                machine.makeWaiter(), at: at(0), deadline: at(9), patience: .untilDeadline)
            #expect(answer.isWait)
        }
        let (answer, _) = machine.request(machine.makeWaiter(), at: at(0), deadline: at(9), patience: .untilDeadline)
        #expect(answer.failure?.code == .identityUnavailable)
    }
}
