import Logging
import Loop
import Telemetry
import TestSupport
import Testing

@testable import Keystone

/// The shell around the state machine: against a real Keystone-like server, or an issuer that a test holds in its hand.
@Suite struct ServiceTokenSourceTests {
    /// Answers when it is told to.
    final class HeldIssuer: Sendable {
        typealias Reply = CheckedContinuation<Result<Token, ServiceError>, Never>
        private let state = Locked((waiting: [Reply](), asked: 0))

        var asked: Int { state.withLock { $0.asked } }

        var issuer: TokenIssuer {
            TokenIssuer { [self] _ async throws(ServiceError) in
                try await withCheckedContinuation { (reply: Reply) in
                    state.withLock { $0 = ($0.waiting + [reply], $0.asked + 1) }
                }.get()
            }
        }

        func waitUntilAsked(_ count: Int) async throws {
            try await eventually { self.asked >= count && self.state.withLock { !$0.waiting.isEmpty } }
        }

        func answer(_ value: String, life: Duration) {
            var token = Token(value: Secret(value), user: .init(id: "karbor-id"))
            token.issuedAt = .init(timeIntervalSince1970: 1_000_000)
            token.expiresAt = .init(timeIntervalSince1970: 1_000_000 + life / .seconds(1))
            token.roles = [.init(name: "service")]
            answer(.success(token))
        }

        func fail() {
            answer(.failure(ServiceError(.identityUnavailable, "no answer", serviceType: "identity")))
        }

        private func answer(_ result: Result<Token, ServiceError>) {
            let reply = state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
            reply?.resume(returning: result)
        }
    }

    let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func `a token that was over before it arrived is a failure, and told as one`() async throws {
        let (time, issuer, log) = (ManualTime(), HeldIssuer(), LogRecorder())
        let tokens = ServiceTokenSource(
            issuer: issuer.issuer, loop: Loop(label: "test"), time: time, jitter: Jitter { 0 }, log: log.logger)
        tokens.start()
        defer { tokens.stop() }
        try await issuer.waitUntilAsked(1)
        time.advance(by: .seconds(5))
        issuer.answer("late", life: .seconds(5))
        try await eventually { !log.lines.isEmpty }
        let line = try #require(log.lines.first)
        #expect(line.level == .warning && line.text.contains("not renewed") && line.text.contains("over before"))
        #expect(tokens.current == nil && tokens.grant == nil && tokens.status.statistics.failures == 1)
    }

    @Test func `ten thousand requests across an expiry: one renewal, nobody waits`() async throws {
        let time = ManualTime()
        let issuer = HeldIssuer()
        let tokens = ServiceTokenSource(
            issuer: issuer.issuer, loop: Loop(label: "test"), time: time, jitter: Jitter { 0 }, log: silent)
        tokens.start()
        try await issuer.waitUntilAsked(1)
        issuer.answer("first", life: .seconds(3600))
        _ = try await tokens.token(until: time.now() + .seconds(10))
        let waited = tokens.status.statistics.requestsThatWaited

        func ask(expecting value: String) async throws {
            try await withThrowingTaskGroup { group in
                for _ in 0..<5000 {
                    group.addTask {
                        let token = try await tokens.token(until: time.now() + .seconds(10))
                        #expect(token.value == Secret(value))
                    }
                }
                try await group.waitForAll()
            }
        }

        await time.waitForSleepers()
        time.advance(by: .seconds(2881))
        try await issuer.waitUntilAsked(2)
        try await ask(expecting: "first")
        issuer.answer("second", life: .seconds(3600))
        try await eventually { tokens.status.statistics.renewals == 2 }
        time.advance(by: .seconds(719))
        try await ask(expecting: "second")
        #expect(issuer.asked == 2)
        #expect(tokens.status.statistics.requestsThatWaited == waited)
        tokens.stop()
    }

    @Test func `a thousand late 401s about one token are one renewal`() async throws {
        try await withRig { rig in
            let old = try await rig.tokens.token(until: rig.deadline())
            try await withThrowingTaskGroup { group in
                for _ in 0..<1000 {
                    group.addTask { try await rig.tokens.replacement(for: old, until: rig.deadline()) }
                }
                for try await token in group { #expect(token != old) }
            }
            #expect(rig.keystone.authentications == 2)
        }
    }

    @Test func `a cancelled waiter leaves at once, and the renewal goes on for the others`() async throws {
        let issuer = HeldIssuer()
        let loop = Loop(label: "test")
        let tokens = ServiceTokenSource(issuer: issuer.issuer, loop: loop, log: silent)
        tokens.start()
        try await issuer.waitUntilAsked(1)
        let leaving = Task { try await tokens.token(until: .now + .seconds(60)) }
        let staying = Task { try await tokens.token(until: .now + .seconds(60)) }
        try await eventually { tokens.status.statistics.requestsThatWaited == 2 }
        leaving.cancel()
        #expect(try await serviceError { _ = try await leaving.value }.code == .cancelled)
        issuer.answer("a", life: .seconds(60))
        #expect(try await staying.value.value == Secret("a"))
        #expect(issuer.asked == 1)
        tokens.stop()
    }

    @Test func `whoever is cancelled already does not wait at all`() async throws {
        let tokens = ServiceTokenSource(issuer: HeldIssuer().issuer, loop: Loop(label: "test"), log: silent)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await tokens.token(until: .now + .seconds(60))
        }
        #expect(try await serviceError { _ = try await task.value }.code == .cancelled)
        tokens.stop()
    }

    @Test func `a Keystone that hangs holds nobody beyond their own deadline`() async throws {
        let time = ManualTime()
        let issuer = HeldIssuer()
        let tokens = ServiceTokenSource(issuer: issuer.issuer, loop: Loop(label: "test"), time: time, log: silent)
        tokens.start()
        try await issuer.waitUntilAsked(1)
        let waiter = Task { try await tokens.token(until: time.now() + .seconds(5)) }
        await time.waitForSleepers()
        time.advance(by: .seconds(5))
        #expect(try await serviceError { _ = try await waiter.value }.code == .identityUnavailable)
        tokens.stop()
        issuer.fail()
    }

    @Test func `while Keystone fails the token in hand serves to its end, then whoever waits is told why`() async throws
    {
        let time = ManualTime()
        let issuer = HeldIssuer()
        let tokens = ServiceTokenSource(
            issuer: issuer.issuer, loop: Loop(label: "test"), time: time, jitter: Jitter { 1 }, log: silent)
        tokens.start()
        try await issuer.waitUntilAsked(1)
        issuer.answer("a", life: .seconds(5))
        _ = try await tokens.token(until: time.now() + .seconds(1))
        await time.waitForSleepers()
        time.advance(by: .seconds(2.75))
        try await issuer.waitUntilAsked(2)
        issuer.fail()
        try await eventually { tokens.status.failure != nil }
        #expect(tokens.status.summary.contains("not renewed: no answer"))
        #expect(tokens.current?.value == Secret("a"))
        time.advance(by: .seconds(2.25))
        #expect(tokens.current == nil)
        try await issuer.waitUntilAsked(3)
        issuer.fail()
        try await eventually { tokens.status.statistics.failures == 2 }
        let error = try await serviceError {
            _ = try await tokens.token(until: time.now() + .seconds(60), patience: .oneAttempt)
        }
        #expect(error.code == .identityUnavailable && error.message == "no answer")
        #expect(tokens.status.summary == "no service token: no answer")
        tokens.stop()
    }

    @Test func `tokens of three seconds are kept in hand`() async throws {
        try await withRig(life: .seconds(3)) { rig in
            _ = try await rig.tokens.token(until: rig.deadline())
            let waited = rig.tokens.status.statistics.requestsThatWaited
            let end = ContinuousClock.now + .seconds(4)
            while ContinuousClock.now < end {
                let token = try await rig.tokens.token(until: rig.deadline())
                #expect(rig.keystone.accepts(token.value.reveal()))
                try await rig.loop.sleep(for: .milliseconds(20))
            }
            #expect(rig.tokens.status.statistics.requestsThatWaited == waited)
            #expect(rig.tokens.status.statistics.renewals >= 2)
        }
    }

    @Test func `a life of less than a second is none`() async throws {
        try await withRig(life: .milliseconds(900), startsTokens: false) { rig in
            rig.tokens.start()
            let error = try await serviceError {
                _ = try await rig.tokens.token(until: rig.deadline(), patience: .oneAttempt)
            }
            #expect(error.code == .identityUnavailable && rig.tokens.current == nil)
        }
    }

    @Test func `a credential that is replaced is used at once, and nobody waits for it meanwhile`() async throws {
        try await withRig(startsTokens: false) { rig in
            rig.keystone.add(.init("karbor", password: "changed", project: "service", roles: ["admin", "service"]))
            rig.tokens.start()
            let error = try await serviceError { _ = try await rig.tokens.token(until: rig.deadline()) }
            #expect(error.code == .credentialRefused)
            rig.replaceCredential(password: "changed")
            let first = try await rig.tokens.token(until: rig.deadline())
            rig.keystone.set(delay: .milliseconds(200))
            rig.tokens.credentialReplaced()
            #expect(rig.tokens.current == first)
            try await eventually { rig.tokens.current != first }
        }
    }

    @Test func `a token without the service role is said loudly and shown`() async throws {
        let log = LogRecorder()
        try await withRig(roles: ["admin"], log: log.logger) { rig in
            _ = try await rig.tokens.token(until: rig.deadline())
            #expect(rig.tokens.status.lacksRole)
            #expect(rig.tokens.grant?.roleNames == ["admin"])
            #expect(rig.tokens.status.summary.contains("lacks the service role"))
            try await eventually {
                log.lines.contains { $0.level == .error && $0.text.contains("no role that makes it one") }
            }
        }
    }

    @Test func `no log line holds a token or a password`() async throws {
        let log = LogRecorder()
        try await withRig(log: log.logger) { rig in
            let token = try await rig.tokens.token(until: rig.deadline())
            rig.keystone.set(.refusing)
            _ = try await serviceError { _ = try await rig.tokens.replacement(for: token, until: rig.deadline()) }
            try await eventually { log.lines.contains { $0.level == .warning } }
            #expect(log.lines.contains { $0.level == .info })
            #expect(!log.lines.contains { $0.level == .error }, "the role is there")
            for line in log.lines {
                #expect(!line.text.contains(token.value.reveal()) && !line.text.contains("secret"))
            }
        }
    }
}
