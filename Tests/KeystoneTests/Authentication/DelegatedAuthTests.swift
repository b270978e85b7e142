import FoundationEssentials
import HTTPTypes
import Loop
import Telemetry
import TestSupport
import Testing

@testable import Keystone

/// Requests that outlive the user's token by a trust, over real sockets.
@Suite struct DelegatedAuthTests {
    let read = ServiceRequest(.get, "volumes", timeout: .seconds(30))
    let write = ServiceRequest(.post, "volumes", body: Array("{}".utf8), timeout: .seconds(30))
    let end = Date(timeIntervalSince1970: 1_900_000_000)

    /// An adapter for the user of a token of that life, which goes on by a trust, and the trust's id.
    func delegated(
        _ rig: Rig, _ service: ScriptedService, life: Duration, window: Duration = .seconds(172_800),
        isFromNow: Bool = false
    ) async throws -> (ServiceAdapter, trustID: String, userToken: String) {
        let trustID = try await rig.trusts.make(for: try await rig.context(life: .seconds(60)), until: end)
        let context = try await rig.context(life: life)
        let authentication = DelegatedAuth(
            context: context, by: Delegation(trustID: trustID, isFromNow: isFromNow), trusts: rig.trusts,
            tokens: rig.tokens, identity: rig.identity, window: window, time: rig.time)
        let session = Session(
            authentication: authentication, transport: rig.transport, time: rig.time, requestID: context.requestID,
            metrics: rig.metrics)
        let base = try #require(BaseURL(service.url + "/v3/demo-id"))
        let adapter = ServiceAdapter(session: session, serviceType: "volumev3", endpoint: FixedEndpoint(base))
        return (adapter, trustID, context.token.reveal())
    }

    func tokensSent(to service: ScriptedService) -> [String?] {
        service.requests.map { $0.headerFields[.authToken] }
    }

    @Test func `within its window the user's own token is used, and no other is asked for`() async throws {
        try await withRig { rig in
            let service = try rig.emptyService()
            let (adapter, _, userToken) = try await delegated(rig, service, life: .seconds(-10))
            let before = rig.keystone.authentications
            _ = try await adapter.send(read)
            #expect(tokensSent(to: service) == [userToken])
            #expect(rig.keystone.authentications == before)
        }
    }

    @Test func `after the window the trust's token is used, a POST's too, and the daemon's own goes with it`()
        async throws
    {
        let time = ManualTime()
        try await withRig(window: .zero, time: time) { rig in
            let service = try rig.emptyService()
            let (adapter, _, userToken) = try await delegated(rig, service, life: .seconds(60), window: .zero)
            _ = try await adapter.send(read)
            time.advance(by: .seconds(61))
            _ = try await adapter.send(write)
            _ = try await adapter.send(read)
            let sent = tokensSent(to: service)
            #expect(sent.count == 3 && sent[0] == userToken)
            #expect(sent[1] != userToken && sent[1] == sent[2])
            #expect(service.requests[1].headerFields[.serviceToken] == rig.tokens.current?.value.reveal())
        }
    }

    @Test func `from now on means that the user's own token is never sent`() async throws {
        try await withRig { rig in
            let service = try rig.emptyService()
            let (adapter, _, userToken) = try await delegated(rig, service, life: .seconds(60), isFromNow: true)
            _ = try await adapter.send(read)
            #expect(!tokensSent(to: service).contains(userToken))
        }
    }

    @Test func `a user's token that is gone before its time fails one request as something that passes`()
        async throws
    {
        try await withRig { rig in
            let service = try rig.emptyService()
            let (adapter, _, userToken) = try await delegated(rig, service, life: .seconds(60))
            rig.keystone.revoke(userToken)
            let error = try await serviceError { _ = try await adapter.send(write) }
            #expect(error.disposition == .transient && error.message.contains("goes on by its trust"))
            #expect(!error.requestMayHaveArrived)
            _ = try await adapter.send(write)
            #expect(tokensSent(to: service).last != userToken)
        }
    }

    @Test func `where no service token gets to a service, the trust's token does`() async throws {
        let time = ManualTime()
        let registry = MetricRegistry(RequestMetrics.declarations)
        try await withRig(time: time, registry: registry) { rig in
            let service = try rig.emptyService()
            service.set(seesServiceTokens: false)
            let (adapter, _, _) = try await delegated(rig, service, life: .seconds(-60))
            for _ in 1...3 {
                time.advance(by: .seconds(15))
                let error = try await serviceError { _ = try await adapter.send(read) }
                #expect(error.disposition == .transient)
            }
            _ = try await adapter.send(read)
            let refused = #"karbor_unauthorized_total{service="volumev3",cause="expired_token_refused"}"#
            #expect(registry.samples[refused] == 2)
        }
    }

    @Test func `the trust's token is renewed without end`() async throws {
        try await withRig(life: .seconds(2)) { rig in
            let service = try rig.emptyService()
            let (adapter, _, _) = try await delegated(rig, service, life: .seconds(60), isFromNow: true)
            let stop = ContinuousClock.now + .seconds(4)
            while .now < stop {
                _ = try await adapter.send(read)
                try await rig.loop.sleep(for: .milliseconds(20))
            }
            #expect(Set(tokensSent(to: service)).count >= 3)
        }
    }

    @Test func `a revoked trust token is renewed, and the request sent again`() async throws {
        try await withRig { rig in
            let service = try rig.emptyService()
            let (adapter, _, _) = try await delegated(rig, service, life: .seconds(60), isFromNow: true)
            _ = try await adapter.send(read)
            let first = try #require(tokensSent(to: service)[0])
            rig.keystone.revoke(first)
            _ = try await adapter.send(write)
            #expect(service.requests.count == 3 && tokensSent(to: service)[2] != first)
        }
    }

    @Test func `a trust that is gone is told from a password that was changed`() async throws {
        try await withRig { rig in
            let service = try rig.emptyService()
            let (adapter, trustID, _) = try await delegated(rig, service, life: .seconds(60), isFromNow: true)
            rig.keystone.endTrust(trustID)
            let gone = try await serviceError { _ = try await adapter.send(read) }
            #expect(gone.code == .trustGone && gone.disposition == .permanent)

            let (other, _, _) = try await delegated(rig, service, life: .seconds(60), isFromNow: true)
            rig.keystone.add(.init("karbor", password: "changed", project: "service", roles: ["admin", "service"]))
            let refused = try await serviceError { _ = try await other.send(read) }
            #expect(refused.code == .credentialRefused && refused.disposition == .transient)
            #expect(service.requests.isEmpty)
        }
    }

    @Test func `a trust whose project is disabled is told from a password that was changed`() async throws {
        try await withRig { rig in
            let service = try rig.emptyService()
            let (adapter, trustID, _) = try await delegated(rig, service, life: .seconds(60), isFromNow: true)
            rig.keystone.disableProject(ofTrust: trustID)
            let barred = try await serviceError { _ = try await adapter.send(read) }
            #expect(barred.code == .trustRefused && barred.disposition == .permanent)
            #expect(barred.message.contains("project is disabled") && service.requests.isEmpty)
        }
    }

    @Test func `a gateway's 403 says nothing about a trust`() async throws {
        try await withRig { rig in
            let service = try rig.emptyService()
            let (adapter, _, _) = try await delegated(rig, service, life: .seconds(60), isFromNow: true)
            rig.keystone.set(.bare(403))
            #expect(try await serviceError { _ = try await adapter.send(read) }.disposition == .transient)
        }
    }

    @Test func `an application credential never acts as if it were the trust's user`() async throws {
        try await withRig { rig in
            let service = try rig.emptyService()
            let (adapter, _, _) = try await delegated(rig, service, life: .seconds(60), isFromNow: true)
            var credential = rig.keystone.credential()
            credential.method = .applicationCredential(.id("a"), secret: Secret("s"))
            rig.credential.replace(with: credential)
            let before = rig.keystone.authentications
            let refused = try await serviceError { _ = try await adapter.send(read) }
            #expect(refused.code == .trustRefused && refused.message.contains("application credential"))
            #expect(service.requests.isEmpty && rig.keystone.authentications == before)
        }
    }

    @Test func `a credential that was replaced is the trust's too`() async throws {
        try await withRig { rig in
            let service = try rig.emptyService()
            let (adapter, _, _) = try await delegated(rig, service, life: .seconds(60), isFromNow: true)
            rig.keystone.add(.init("karbor", password: "changed", project: "service", roles: ["admin", "service"]))
            rig.credential.replace(with: rig.keystone.credential(password: "changed"))
            _ = try await adapter.send(read)
            #expect(service.requests.count == 1)
        }
    }
}
