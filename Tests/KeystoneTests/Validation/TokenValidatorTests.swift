import Foundation
import HTTPTransport
import Loop
import Telemetry
import TestSupport
import Testing

@testable import Keystone

/// Who calls the API, against a scripted Keystone over real sockets.
@Suite struct TokenValidatorTests {
    func validator(
        _ rig: Rig, _ change: (inout TokenValidator.Settings) -> Void = { _ in }
    ) -> TokenValidator {
        var settings = TokenValidator.Settings()
        settings.timeout = .seconds(30)
        change(&settings)
        return TokenValidator(identity: rig.identity, tokens: rig.tokens, settings: settings, time: rig.loop)
    }

    func user(_ rig: Rig, life: Duration = .seconds(60)) -> Secret<String> {
        Secret(rig.keystone.issue(to: "demo", life: life))
    }

    func service(_ rig: Rig, life: Duration = .seconds(60)) -> Secret<String> {
        Secret(rig.keystone.issue(to: "karbor", life: life))
    }

    func refusal(_ body: () async throws -> Void) async throws -> AuthenticationError {
        try #require(await #expect(throws: AuthenticationError.self) { try await body() })
    }

    @Test func `a good token is known, and asked about once`() async throws {
        try await withRig { rig in
            let (validator, token) = (validator(rig), user(rig))
            for _ in 0..<5 {
                let caller = try await validator.authenticate(token: token)
                #expect(caller.token.user.name == "demo" && caller.token.project?.id == "demo-id")
                #expect(caller.serviceToken == nil && caller.token.value == token)
            }
            #expect(rig.keystone.validations == 1)
        }
    }

    @Test func `a hundred requests with one token at a time are one question`() async throws {
        try await withRig { rig in
            rig.keystone.set(delay: .milliseconds(100))
            let (validator, token) = (validator(rig), user(rig))
            try await withThrowingTaskGroup { group in
                for _ in 0..<100 { group.addTask { try await validator.authenticate(token: token) } }
                try await group.waitForAll()
            }
            #expect(rig.keystone.validations == 1)
        }
    }

    @Test func `no token, an unknown one and one that nobody can have issued are 401`() async throws {
        try await withRig { rig in
            let validator = validator(rig)
            for token in [nil, Secret("")] {
                let error = try await refusal { _ = try await validator.authenticate(token: token) }
                #expect(error.code == .missingToken && error.httpStatus == 401)
            }
            for text in ["unknown", "unknown", "a\r\nX-Evil: 1", "ü", String(repeating: "a", count: 10_000)] {
                let error = try await refusal { _ = try await validator.authenticate(token: Secret(text)) }
                #expect(error.code == .invalidToken && error.httpStatus == 401)
                #expect(!"\(error)".contains(text))
            }
            #expect(rig.keystone.validations == 1, "the unknown one, once")
        }
    }

    @Test func `an expired token is 401, and with a service token it is not`() async throws {
        try await withRig { rig in
            let (validator, token) = (validator(rig), user(rig, life: .seconds(-60)))
            let error = try await refusal { _ = try await validator.authenticate(token: token) }
            #expect(error.code == .invalidToken)
            let caller = try await validator.authenticate(token: token, serviceToken: service(rig))
            #expect(caller.token.user.name == "demo" && caller.serviceToken?.user.name == "karbor")
        }
    }

    @Test func `a service token that is not good is 401, though the user's is`() async throws {
        try await withRig { rig in
            let validator = validator(rig)
            for bad in [service(rig, life: .seconds(-1)), Secret("unknown"), user(rig)] {
                let error = try await refusal {
                    _ = try await validator.authenticate(token: user(rig), serviceToken: bad)
                }
                #expect(error.code == .invalidServiceToken && error.httpStatus == 401)
            }
        }
    }

    @Test func `an application credential with access rules is for others, unless a service calls in its user's stead`()
        async throws
    {
        try await withRig { rig in
            for (rules, isForAll) in [
                (#", "access_rules": []"#, false), (#", "access_rules": null"#, true), ("", true),
            ] {
                rig.keystone.add(
                    .init(
                        "robot", project: "demo", roles: ["member"],
                        applicationCredential: #"{"id": "a1", "restricted": true\#(rules)}"#))
                let (validator, token) = (validator(rig), Secret(rig.keystone.issue(to: "robot", life: .seconds(60))))
                if isForAll {
                    _ = try await validator.authenticate(token: token)
                } else {
                    #expect(
                        try await refusal { _ = try await validator.authenticate(token: token) }.code == .invalidToken)
                }
                _ = try await validator.authenticate(token: token, serviceToken: service(rig))
            }
        }
    }

    @Test
    func `one token shown as the user's and as a service's is asked about for each, the user's with its catalogue`()
        async throws
    {
        try await withRig { rig in
            let (validator, token) = (validator(rig), service(rig))
            for _ in 0..<2 {
                let caller = try await validator.authenticate(token: token, serviceToken: token)
                #expect(caller.token.catalog != nil && caller.serviceToken?.catalog == nil)
            }
            #expect(rig.keystone.validations == 2)
        }
    }

    @Test func `a balancer's 404 in front of Keystone is no verdict`() async throws {
        try await withRig { rig in
            let (validator, token) = (validator(rig), user(rig))
            _ = try await rig.tokens.token(until: rig.deadline())
            rig.keystone.set(.bare(404))
            let error = try await refusal { _ = try await validator.authenticate(token: token) }
            #expect(error.code == .identityUnavailable && error.httpStatus == 503)
            rig.keystone.set(.well)
            _ = try await validator.authenticate(token: token)
        }
    }

    @Test func `where the role is not required, a service token without it is merely of no use`() async throws {
        try await withRig { rig in
            let validator = validator(rig) { $0.serviceTokenRolesRequired = false }
            _ = try await validator.authenticate(token: user(rig), serviceToken: user(rig))
            let error = try await refusal {
                _ = try await validator.authenticate(token: user(rig, life: .seconds(-60)), serviceToken: user(rig))
            }
            #expect(error.code == .invalidToken)
        }
    }

    @Test(arguments: [(life: 60, kept: 60), (life: 3600, kept: 300)])
    func `an answer is kept for five minutes, and no longer than the token is good`(life: Int, kept: Int) async throws {
        try await withRig { rig in
            let time = ManualTime(date: Date())
            let start = time.now()
            let validator = TokenValidator(identity: rig.identity, tokens: rig.tokens, time: time)
            let token = user(rig, life: .seconds(life))
            for (moment, questions) in [(0, 1), (kept - 5, 1), (kept + 1, 2)] {
                time.advance(by: .seconds(moment) - start.duration(to: time.now()))
                _ = try await validator.authenticate(token: token)
                #expect(rig.keystone.validations == questions, "after \(moment) s")
            }
        }
    }

    @Test func `without a cache a revoked token is refused at once`() async throws {
        try await withRig { rig in
            let (validator, token) = (validator(rig) { $0.cacheTime = .zero }, user(rig))
            _ = try await validator.authenticate(token: token)
            rig.keystone.revoke(token.reveal())
            #expect(try await refusal { _ = try await validator.authenticate(token: token) }.code == .invalidToken)
        }
    }

    @Test(arguments: [ScriptedKeystone.Mood.status(500), .html, .hangingUp])
    func `a Keystone that is ill is 503, is forgotten, and hides no token that is known`(mood: ScriptedKeystone.Mood)
        async throws
    {
        try await withRig { rig in
            let (validator, known, token) = (validator(rig), user(rig), user(rig))
            _ = try await validator.authenticate(token: known)
            rig.keystone.set(mood)
            let error = try await refusal { _ = try await validator.authenticate(token: token) }
            #expect(error.code == .identityUnavailable && error.httpStatus == 503)
            _ = try await validator.authenticate(token: known)
            rig.keystone.set(.well)
            _ = try await validator.authenticate(token: token)
        }
    }

    @Test func `a wrong password of the daemon's own is 503, not the caller's fault`() async throws {
        try await withRig(startsTokens: false) { rig in
            rig.keystone.set(.refusing)
            rig.tokens.start()
            let validator = validator(rig)
            for _ in 0..<2 {
                let error = try await refusal { _ = try await validator.authenticate(token: user(rig)) }
                #expect(error.code == .credentialRefused && error.httpStatus == 503)
            }
        }
    }

    @Test func `a service user that may not ask is 503 too`() async throws {
        try await withRig(roles: ["member"]) { rig in
            let error = try await refusal { _ = try await validator(rig).authenticate(token: user(rig)) }
            #expect(error.code == .credentialRefused && error.httpStatus == 503)
        }
    }

    @Test func `our own token revoked: renewed, and the caller notices nothing`() async throws {
        try await withRig { rig in
            _ = try await rig.tokens.token(until: rig.deadline())
            rig.keystone.revokeAll(of: "karbor")
            let caller = try await validator(rig).authenticate(token: user(rig))
            #expect(caller.token.user.name == "demo" && rig.keystone.authentications == 2)
        }
    }
}

@Suite struct ValidationCacheTests {
    @Test func `it holds no more than its limit, and lets go of what was used least recently`() async throws {
        let time = ManualTime()
        let cache = ValidationCache<Int, Bool>(limit: 8, time: time)
        func ask(_ number: Int, life: Duration = .seconds(60)) async throws -> Int {
            try await cache.value(of: Secret("token \(number)"), variant: false) { (number, time.now() + life) }
        }
        for number in 0..<8 { _ = try await ask(number) }
        _ = try await ask(0)
        for number in 8..<100 {
            _ = try await ask(number)
            #expect(cache.count <= 8)
            if number % 3 == 0 { _ = try await ask(0) }
        }
        let kept = try await cache.value(of: Secret("token 0"), variant: false) { (-1, time.now() + .seconds(1)) }
        #expect(kept == 0, "it was in use all the time")
    }

    @Test func `what is over goes first`() async throws {
        let time = ManualTime()
        let cache = ValidationCache<Int, Bool>(limit: 4, time: time)
        for (number, life) in [(0, 60), (1, 1), (2, 1), (3, 60)] {
            _ = try await cache.value(of: Secret("\(number)"), variant: false) { (number, time.now() + .seconds(life)) }
        }
        time.advance(by: .seconds(2))
        _ = try await cache.value(of: Secret("4"), variant: false) { (4, time.now() + .seconds(60)) }
        for number in [0, 3, 4] {
            let kept = try await cache.value(of: Secret("\(number)"), variant: false) { (-1, time.now()) }
            #expect(kept == number)
        }
    }

    @Test func `two questions about one token are kept apart`() async throws {
        let time = ManualTime()
        let cache = ValidationCache<Int, Bool>(limit: 4, time: time)
        for (variant, answer) in [(false, 1), (true, 2)] {
            let value = try await cache.value(of: Secret("a"), variant: variant) { (answer, time.now() + .seconds(60)) }
            #expect(value == answer)
        }
    }

    /// A question that takes as long as a test wants, and knows how often it was asked.
    private final class SlowQuestion: Sendable {
        private let asked = Locked(0)
        private let gate = AsyncStream<Void>.makeStream()

        var timesAsked: Int { asked.withLock { $0 } }

        func ask(_ cache: ValidationCache<Int, Bool>) -> Task<Int, any Error> {
            Task {
                try await cache.value(of: Secret("slow"), variant: false) { [self] in
                    asked.withLock { $0 += 1 }
                    for await _ in gate.stream {}
                    return (1, .now + .seconds(60))
                }
            }
        }

        func end() { gate.continuation.finish() }
    }

    @Test func `a question under way is not forgotten, however many others are asked, and the limit holds`()
        async throws
    {
        let cache = ValidationCache<Int, Bool>(limit: 4, time: ManualTime())
        let question = SlowQuestion()
        let first = question.ask(cache)
        try await eventually { question.timesAsked == 1 }
        for number in 0..<100 {
            _ = try await cache.value(of: Secret("\(number)"), variant: false) { (number, .now + .seconds(60)) }
            #expect(cache.count <= 4)
        }
        let second = question.ask(cache)
        for _ in 0..<50 { await Task.yield() }
        question.end()
        #expect(try await first.value == 1)
        #expect(try await second.value == 1)
        #expect(question.timesAsked == 1)
    }
}
