import TestSupport
import Testing

@testable import Keystone

/// Requests go on while Keystone does not, over real sockets: to the end of the token in hand, and from when Keystone is back.
@Suite(.timeLimit(.minutes(1))) struct KeystoneOutageTests {
    let read = ServiceRequest(.get, "volumes", timeout: .seconds(60))

    @Test
    func `from the margin to the expiry no request fails, and Keystone is asked once in each step of the backoff`()
        async throws
    {
        let time = ManualTime()
        try await withRig(time: time) { rig in
            let service = try rig.emptyService()
            let adapter = try rig.adapter(try await rig.context(life: .seconds(-10)), service)
            let token = try #require(rig.tokens.current)
            let end = time.now() + (try #require(rig.tokens.status.validFor))
            rig.keystone.set(.status(503))
            var attempts: [ContinuousClock.Instant] = []
            while let next = await time.nextWakeUp(), next < end {
                time.advance(by: next - time.now())
                attempts.append(next)
                try await eventually { rig.tokens.status.statistics.failures == attempts.count }
                for _ in 0..<5 { _ = try await adapter.send(read) }
                #expect(service.requests.last?.headerFields[.serviceToken] == token.value.reveal())
            }
            for (number, (attempt, next)) in zip(attempts, attempts.dropFirst()).enumerated() {
                let step = min(Double(1 << min(number, 6)), 60, max((end - attempt) / .seconds(2), 1))
                let pause = (next - attempt) / .seconds(1)
                #expect(pause > step / 2 - 0.001 && pause < step + 0.001, "pause \(number)")
            }
            #expect(rig.keystone.authentications == attempts.count + 1, "the requests asked for nothing")
            #expect(end - attempts[0] <= .seconds(720) && end - attempts[0] >= .seconds(647))
            #expect(end - (try #require(attempts.last)) <= .seconds(1), "the last chance was not slept through")
            #expect(service.requests.count == 5 * attempts.count)
        }
    }

    @Test func `when the token is gone requests wait to their deadline, and go on as soon as Keystone does`()
        async throws
    {
        let time = ManualTime()
        try await withRig(life: .seconds(60), time: time) { rig in
            let service = try rig.emptyService()
            let adapter = try rig.adapter(try await rig.context(life: .seconds(-10)), service)
            rig.keystone.set(.status(503))
            var failures = 0
            func passOnAttempt() async throws {
                let next = try #require(await time.nextWakeUp())
                time.advance(by: next - time.now())
            }
            while rig.tokens.current != nil {
                try await passOnAttempt()
                failures += 1
                try await eventually { rig.tokens.status.statistics.failures == failures }
            }
            let waited = rig.tokens.status.statistics.requestsThatWaited
            let patient = Task { try await adapter.send(ServiceRequest(.get, "volumes", timeout: .seconds(50))) }
            let hasty = Task { try await adapter.send(ServiceRequest(.get, "volumes", timeout: .milliseconds(100))) }
            try await eventually { rig.tokens.status.statistics.requestsThatWaited == waited + 2 }
            let refused = try await serviceError {
                _ = try await rig.tokens.token(until: rig.deadline(), patience: .oneAttempt)
            }
            #expect(refused.code == .identityUnavailable && refused.message.contains("I am ill"))
            time.advance(by: .milliseconds(100))
            let late = try await serviceError { _ = try await hasty.value }
            #expect(late.code == .identityUnavailable && late.disposition == .transient)
            #expect(late.message.contains("in time") && late.message.contains("I am ill"), "\(late)")
            #expect(service.requests.isEmpty)

            rig.keystone.set(.well)
            let renewals = rig.tokens.status.statistics.renewals
            try await passOnAttempt()
            #expect(try await patient.value.status == 200)
            #expect(service.requests.count == 1)
            let status = rig.tokens.status
            #expect(status.statistics.renewals == renewals + 1 && status.failure == nil && status.isUsable)
        }
    }

    @Test func `an attempt that hangs is given up in time for another, and no request notices`() async throws {
        let time = ManualTime()
        try await withRig(life: .seconds(8), time: time) { rig in
            let service = try rig.emptyService()
            let adapter = try rig.adapter(try await rig.context(life: .seconds(-10)), service)
            let token = try #require(rig.tokens.current)
            let end = time.now() + (try #require(rig.tokens.status.validFor))
            rig.keystone.set(.silent(.seconds(9)))
            time.advance(by: (try #require(await time.nextWakeUp())) - time.now())
            repeat { _ = try await adapter.send(read) } while rig.tokens.status.failure == nil
            let failure = try #require(rig.tokens.status.failure)
            #expect(failure.code == .identityUnavailable && failure.message.contains("deadline"), "\(failure)")
            rig.keystone.set(.well)
            while rig.tokens.current == token, let next = await time.nextWakeUp(), next < end {
                let attempts = rig.keystone.authentications
                time.advance(by: next - time.now())
                try await eventually { rig.keystone.authentications > attempts }
                try await eventually { rig.tokens.current != token || time.deadlines.first != nil }
            }
            #expect(rig.tokens.current != token && time.now() < end)
            _ = try await adapter.send(read)
        }
    }
}
