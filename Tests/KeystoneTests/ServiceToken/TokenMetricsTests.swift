import Logging
import Loop
import Telemetry
import TestSupport
import Testing

@testable import Keystone

/// What operators see of the service token: a Keystone over real sockets, and time in the test's hand.
@Suite struct TokenMetricsTests {
    private let registry = MetricRegistry(TokenMetrics.declarations)

    private func sample(_ name: String, _ more: String = "") -> Double? {
        registry.samples["karbor_service_token_\(name){token=\"service\"\(more)}"]
    }

    @Test func `renewals, the age and what is left are as they are when they are read`() async throws {
        let time = ManualTime()
        let issuer = ServiceTokenSourceTests.HeldIssuer()
        let tokens = ServiceTokenSource(
            issuer: issuer.issuer, loop: Loop(label: "test"), time: time,
            metrics: TokenMetrics(.service, factory: registry),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        // Metrics know their registry, which would otherwise keep what has them.
        registry.observe { [weak tokens] in tokens?.observations ?? [] }
        #expect(sample("renewals_total") == 0)
        #expect(sample("age_seconds") == 0 && sample("expiry_seconds") == 0, "there is none")
        #expect(sample("renewal_failures_total", ",code=\"identity_unavailable\"") == 0)
        #expect(sample("renewal_failures_total", ",code=\"credential_refused\"") == 0)

        tokens.start()
        try await issuer.waitUntilAsked(1)
        let waiter = Task { try await tokens.token(until: time.now() + .seconds(100)) }
        try await eventually { sample("requests_waited_total") == 1 }
        time.advance(by: .seconds(2))
        issuer.answer("first", life: .seconds(3600))
        _ = try await waiter.value
        try await eventually { sample("renewal_seconds_count") == 1 }
        time.advance(by: .seconds(98))
        #expect(sample("renewals_total") == 1)
        #expect(sample("age_seconds") == 100, "counted from when it was asked for")
        #expect(sample("expiry_seconds") == 3500)
        #expect(sample("renewal_seconds_sum") == 2)
        #expect(sample("requests_waited_total") == 1, "whoever comes later does not wait")

        time.advance(by: .seconds(3500))
        #expect(sample("age_seconds") == 0 && sample("expiry_seconds") == 0, "it is over")
        // The one who asks for the next is not left waiting.
        try await issuer.waitUntilAsked(2)
        issuer.answer("second", life: .seconds(3600))
        tokens.stop()
    }

    @Test func `failures are counted by why, and a token that is refused early once`() async throws {
        try await withRig { rig in
            registry.observe { rig.tokens.observations }
            let first = try await rig.tokens.token(until: rig.deadline())
            rig.keystone.set(.refusing)
            for _ in 0..<3 {
                _ = try await serviceError {
                    _ = try await rig.tokens.replacement(for: first, until: rig.deadline())
                }
            }
            let refused = try #require(sample("renewal_failures_total", ",code=\"credential_refused\""))
            #expect(refused >= 1 && refused < Double(rig.keystone.authentications), "the first was none")
            #expect(sample("renewal_failures_total", ",code=\"identity_unavailable\"") == 0)
            #expect(sample("rejections_total") == 1)
            #expect(sample("renewals_total") == 1)

            rig.keystone.set(.html)
            rig.tokens.credentialReplaced()
            try await eventually { (sample("renewal_failures_total", ",code=\"identity_unavailable\"") ?? 0) >= 1 }
            rig.keystone.set(.well)
            rig.tokens.credentialReplaced()
            try await eventually { sample("renewals_total") == 2 }
        }
    }
}
