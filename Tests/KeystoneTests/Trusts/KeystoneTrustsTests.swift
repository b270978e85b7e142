import FoundationEssentials
import HTTPTypes
import Loop
import Telemetry
import TestSupport
import Testing

@testable import Keystone

/// Trusts from a user to the daemon, over real sockets.
@Suite struct KeystoneTrustsTests {
    let end = Date(timeIntervalSince1970: 1_900_000_000.7)

    @Test func `a trust is made by the user's token, found by its end, and ended`() async throws {
        try await withRig { rig in
            let context = try await rig.context(life: .seconds(60))
            let id = try await rig.trusts.make(for: context, until: end)
            #expect(rig.keystone.trusts == [id: "demo"])
            let request = try #require(rig.keystone.requests.last)
            #expect(request.headerFields[.authToken] == context.token.reveal())
            #expect(request.headerFields[.openStackRequestID] == context.requestID)
            #expect(request.text.contains(#""impersonation":true"#))
            #expect(request.text.contains(#""allow_redelegation":false"#))

            #expect(try await rig.trusts.find(for: "demo-id", in: "demo-id", until: end) == id)
            #expect(try await rig.trusts.find(for: "demo-id", in: "demo-id", until: end + 1) == nil)
            #expect(try await rig.trusts.find(for: "other-id", in: "demo-id", until: end) == nil)

            try await rig.trusts.delete(id)
            #expect(rig.keystone.trusts.isEmpty)
            try await rig.trusts.delete(id)
            #expect(try await rig.trusts.find(for: "demo-id", in: "demo-id", until: end) == nil)
        }
    }

    @Test func `a daemon that is no administrator ends a trust as its user`() async throws {
        try await withRig(roles: ["service"]) { rig in
            let id = try await rig.trusts.make(for: try await rig.context(life: .seconds(60)), until: end)
            try await rig.trusts.delete(id)
            #expect(rig.keystone.trusts.isEmpty)
        }
    }

    @Test func `there are no two trusts of one end`() async throws {
        try await withRig { rig in
            let context = try await rig.context(life: .seconds(60))
            _ = try await rig.trusts.make(for: context, until: end)
            let error = try await serviceError { _ = try await rig.trusts.make(for: context, until: end) }
            #expect(error.code == .conflict)
            _ = try await rig.trusts.make(for: context, until: end + 1)
            #expect(rig.keystone.trusts.count == 2)
        }
    }

    @Test func `an application credential's token makes none, and Keystone's reason is told`() async throws {
        try await withRig { rig in
            rig.keystone.add(
                .init("demo", project: "demo", roles: ["member"], applicationCredential: #"{"id": "a", "name": "b"}"#))
            let context = try await rig.context(life: .seconds(60))
            let error = try await serviceError { _ = try await rig.trusts.make(for: context, until: end) }
            #expect(error.code == .forbidden)
            #expect(error.message.contains("Delegated tokens cannot manage trusts"))
        }
    }

    @Test func `a user's token that has expired makes none`() async throws {
        try await withRig { rig in
            let context = try await rig.context(life: .seconds(-10))
            let error = try await serviceError { _ = try await rig.trusts.make(for: context, until: end) }
            #expect(error.code == .userTokenGone && rig.keystone.trusts.isEmpty)
        }
    }

    @Test func `a trust whose answer was lost is found`() async throws {
        try await withRig { rig in
            let context = try await rig.context(life: .seconds(60))
            rig.keystone.set(trusts: .losingAnswers)
            let error = try await serviceError { _ = try await rig.trusts.make(for: context, until: end) }
            #expect(error.disposition == .transient && error.requestMayHaveArrived)
            rig.keystone.set(trusts: .well)
            let id = try await rig.trusts.find(for: "demo-id", in: "demo-id", until: end)
            #expect(id != nil && rig.keystone.trusts.count == 1)
        }
    }

    @Test func `a trust is only gone when Keystone itself says so`() async throws {
        try await withRig { rig in
            let id = try await rig.trusts.make(for: try await rig.context(life: .seconds(60)), until: end)
            rig.keystone.set(trusts: .maintenancePage)
            let error = try await serviceError { try await rig.trusts.delete(id) }
            #expect(error.disposition == .transient)
            rig.keystone.set(trusts: .well)
            try await rig.trusts.delete(id)
            #expect(rig.keystone.trusts.isEmpty)
        }
    }

    @Test func `the question whether a trust is gone has the time of the attempt that gave no token`() async throws {
        try await withRig { rig in
            let counting = CountingTransport(rig.transport)
            let session = Session(
                authentication: ServiceUserAuth(tokens: rig.tokens), transport: counting, time: rig.time,
                requestID: "req-1", retries: .never)
            let client = TrustClient(
                adapter: ServiceAdapter(session: session, serviceType: "identity", endpoint: rig.identity))
            let issuer = TokenIssuer(
                identity: rig.identity, credential: rig.credential, trustID: "gone", reading: client)
            let deadline = rig.deadline(10)
            #expect(try await serviceError { _ = try await issuer.issue(deadline) }.code == .trustGone)
            let asked = try #require(counting.deadlines.first)
            #expect(counting.count == 1 && asked < deadline + .seconds(1))
        }
    }

    @Test func `where Keystone is away a trust is neither made nor ended`() async throws {
        let time = ManualTime()
        try await withRig(time: time) { rig in
            let context = try await rig.context(life: .seconds(60))
            let id = try await rig.trusts.make(for: context, until: end)
            rig.keystone.set(.bare(503))
            let removal = Task { try await rig.trusts.delete(id) }
            // It waits for a token of the trust's, to its deadline.
            try await eventually { time.deadlines.contains { $0 < time.now() + .seconds(20) } }
            time.advance(by: .seconds(20))
            let ending = try await serviceError { try await removal.value }
            let making = try await serviceError { _ = try await rig.trusts.make(for: context, until: end + 1) }
            #expect(ending.disposition == .transient && making.disposition == .transient)
            rig.keystone.set(.well)
            try await rig.trusts.delete(id)
            #expect(rig.keystone.trusts.isEmpty)
        }
    }
}
