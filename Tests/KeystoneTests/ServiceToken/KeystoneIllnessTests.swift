import TestSupport
import Testing

@testable import Keystone

/// Whatever nonsense a Keystone answers, over real sockets: the token in hand is used, the reason is shown, and the next
/// attempt comes after the pause.
@Suite(.timeLimit(.minutes(1))) struct KeystoneIllnessTests {
    let read = ServiceRequest(.get, "volumes", timeout: .seconds(60))

    @Test(arguments: [
        (ScriptedKeystone.Mood.status(500), "I am ill"), (.bare(502), "HTTP 502"), (.html, "no X-Subject-Token"),
        (.truncated, "does not answer"), (.withoutSubjectToken, "no X-Subject-Token"),
        (.expiryInThePast, "until when"), (.withoutExpiry, "until when"), (.hangingUp, "does not answer"),
    ])
    func `an ill Keystone takes no token away, and is asked again after a pause`(
        mood: ScriptedKeystone.Mood, reason: String
    ) async throws {
        let time = ManualTime()
        try await withRig(time: time) { rig in
            let service = try rig.emptyService()
            let adapter = try rig.adapter(try await rig.context(life: .seconds(-10)), service)
            let token = try #require(rig.tokens.current)
            rig.keystone.set(mood)
            for failures in 1...2 {
                let pause = try #require(await time.nextWakeUp()) - time.now()
                if failures > 1 { #expect(pause >= .milliseconds(500) && pause <= .seconds(1)) }
                time.advance(by: pause)
                try await eventually { rig.tokens.status.statistics.failures == failures }
                for _ in 0..<20 { _ = try await adapter.send(read) }
                #expect(service.requests.last?.headerFields[.serviceToken] == token.value.reveal())
                let status = rig.tokens.status
                let failure = try #require(status.failure)
                #expect(failure.code == .identityUnavailable && failure.disposition == .transient)
                #expect(failure.message.contains(reason), "\(failure)")
                #expect(status.statistics.failures == failures && status.statistics.renewals == 1)
            }
            rig.keystone.set(.well)
            time.advance(by: .seconds(2))
            try await eventually { rig.tokens.current != token }
            #expect(rig.tokens.status.failure == nil && rig.tokens.status.statistics.renewals == 2)
            _ = try await adapter.send(read)
            #expect(service.requests.last?.headerFields[.serviceToken] == rig.tokens.current?.value.reveal())
        }
    }

    @Test(arguments: [-3600, 3600])
    func `a clock of Keystone's that is an hour off moves no renewal and costs no request`(error: Int) async throws {
        let time = ManualTime()
        try await withRig(time: time, startsTokens: false) { rig in
            rig.keystone.set(clockError: .seconds(error))
            rig.tokens.start()
            let service = try rig.emptyService()
            let adapter = try rig.adapter(try await rig.context(life: .seconds(-10)), service)
            let token = try #require(rig.tokens.current)
            let renewal = try #require(await time.nextWakeUp()) - time.now()
            #expect(renewal > .seconds(2879) && renewal < .seconds(2953))
            _ = try await adapter.send(read)
            time.advance(by: renewal)
            try await eventually { rig.tokens.current != token }
            time.advance(by: .seconds(3600) - renewal)
            #expect(!rig.keystone.accepts(token.value.reveal()))
            _ = try await adapter.send(read)
            #expect(service.requests.count == 2 && rig.keystone.authentications == 2)
        }
    }
}
