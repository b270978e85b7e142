import HTTPTypes
import Loop
import Telemetry
import TestSupport
import Testing

@testable import Keystone

/// What is counted of the requests to other services, over real sockets.
@Suite struct RequestMetricsTests {
    private let registry = MetricRegistry(RequestMetrics.declarations)
    private let read = ServiceRequest(.get, "volumes", timeout: .seconds(30))

    private func service(_ rig: Rig, _ status: Int = 200) throws -> ScriptedService {
        try ScriptedService(keystone: rig.keystone) { _ in ScriptedResponse(status, text: "{}") }
    }

    /// How many 401s of `service` were explained by each cause; what is not named is none.
    private func refusals(of service: String = "volumev3") -> [String: Double] {
        let prefix = "karbor_unauthorized_total{service=\"\(service)\",cause=\""
        return Dictionary(
            uniqueKeysWithValues: registry.samples.filter { $0.key.hasPrefix(prefix) && $0.value > 0 }
                .map { (String($0.key.dropFirst(prefix.count).dropLast(2)), $0.value) })
    }

    private func sent(_ method: String, _ statusClass: String) -> Double? {
        let labels = "service=\"volumev3\",method=\"\(method)\",status_class=\"\(statusClass)\""
        return registry.samples["karbor_http_requests_total{\(labels)}"]
    }

    @Test func `all that can be counted is there from the start`() async throws {
        try await withRig(registry: registry) { rig in
            let context = try await rig.context(life: .seconds(60))
            _ = try rig.adapter(context, try service(rig))
            let samples = registry.samples
            for cause in UnauthorizedCause.allCases {
                #expect(
                    samples["karbor_unauthorized_total{service=\"volumev3\",cause=\"\(cause.rawValue)\"}"] == 0)
            }
            #expect(sent("DELETE", "5xx") == 0 && sent("other", "none") == 0)
            #expect(samples["karbor_http_retries_total{service=\"volumev3\"}"] == 0)
        }
    }

    @Test(arguments: [(HTTPRequest.Method.get, "GET"), (.head, "HEAD"), (.options, "other")])
    func `each attempt is counted by method and class, and timed`(method: HTTPRequest.Method, label: String)
        async throws
    {
        try await withRig(registry: registry) { rig in
            let answers = ServiceAdapterTests.Sequence([ScriptedResponse(503), ScriptedResponse(503)])
            let service = try ScriptedService(keystone: rig.keystone) { _ in answers.next() }
            let adapter = try rig.adapter(try await rig.context(life: .seconds(60)), service, retries: .quick)
            let again = method == .options ? 0.0 : 2
            for _ in 0..<(method == .options ? 3 : 1) {
                _ = try? await adapter.send(ServiceRequest(method, "volumes", timeout: .seconds(30)))
            }
            #expect(sent(label, "5xx") == 2 && sent(label, "2xx") == 1)
            #expect(registry.samples["karbor_http_retries_total{service=\"volumev3\"}"] == again)
            #expect(registry.samples["karbor_http_request_seconds_count{service=\"volumev3\"}"] == 3)
            #expect(refusals() == [:])
        }
    }

    @Test func `a request without an answer is of the class none`() async throws {
        try await withRig(registry: registry) { rig in
            let service = try service(rig)
            let adapter = try rig.adapter(
                try await rig.context(life: .seconds(60)), service, retries: .never)
            service.stop()
            _ = try await serviceError { _ = try await adapter.send(read) }
            #expect(sent("GET", "none") == 1 && sent("GET", "2xx") == 0)
        }
    }

    @Test func `the questions to Keystone are those of a service, too`() async throws {
        try await withRig(registry: registry) { rig in
            _ = try await rig.context(life: .seconds(60))
            let labels = { (method: String) in "service=\"identity\",method=\"\(method)\",status_class=\"2xx\"" }
            #expect(registry.samples["karbor_http_requests_total{\(labels("POST"))}"] == 1, "the service token")
            #expect(registry.samples["karbor_http_requests_total{\(labels("GET"))}"] == 1, "the user's token")
        }
    }

    // MARK: 401s by cause

    @Test func `a 401 that another service token turns into an answer was about a stale one`() async throws {
        try await withRig(registry: registry) { rig in
            let service = try service(rig, 404)
            let adapter = try rig.adapter(
                try await rig.context(life: .seconds(60)), service)
            rig.keystone.revokeAll(of: "karbor")
            #expect(try await serviceError { _ = try await adapter.send(read) }.code != .unauthorized)
            #expect(refusals() == ["stale_service_token": 1])
            #expect(sent("GET", "4xx") == 2)
        }
    }

    @Test func `both 401s about a user's token that is gone are counted, and what is not sent is not`() async throws {
        try await withRig(registry: registry) { rig in
            let context = try await rig.context(life: .seconds(60))
            let service = try service(rig)
            let adapter = try rig.adapter(context, service)
            rig.keystone.revoke(context.token.reveal())
            for _ in 0..<2 {
                #expect(try await serviceError { _ = try await adapter.send(read) }.code == .userTokenGone)
            }
            #expect(refusals() == ["user_token_gone": 2])
        }
    }

    @Test func `a service that service tokens do not reach refuses an expired token`() async throws {
        let time = ManualTime()
        try await withRig(time: time, registry: registry) { rig in
            let service = try service(rig)
            service.set(seesServiceTokens: false)
            let adapter = try rig.adapter(try await rig.context(life: .seconds(-60)), service)
            for _ in 1...3 {
                time.advance(by: .seconds(15))
                _ = try await serviceError { _ = try await adapter.send(read) }
            }
            #expect(refusals() == ["tokens_refused": 4, "expired_token_refused": 2])
        }
    }

    @Test func `a service that refuses what Keystone accepts refuses tokens`() async throws {
        try await withRig(registry: registry) { rig in
            let service = try service(rig)
            service.set(refusesAll: true)
            let adapter = try rig.adapter(try await rig.context(life: .seconds(60)), service)
            _ = try await serviceError { _ = try await adapter.send(read) }
            #expect(refusals() == ["tokens_refused": 2])
        }
    }

    @Test func `where Keystone refuses the credential there is no other token, and that is the cause`() async throws {
        let time = ManualTime()
        try await withRig(time: time, registry: registry) { rig in
            let service = try service(rig)
            let adapter = try rig.adapter(
                try await rig.context(life: .seconds(60)), service)
            rig.keystone.revokeAll(of: "karbor")
            rig.keystone.set(.refusing)
            time.advance(by: .seconds(10))
            #expect(try await serviceError { _ = try await adapter.send(read) }.code == .credentialRefused)
            #expect(refusals() == ["credential_refused": 1])
            #expect(refusals(of: "identity")["credential_refused"] == 1, "Keystone's own 401, to the renewal")
        }
    }

    @Test func `where Keystone is away nobody knows better`() async throws {
        try await withRig(registry: registry) { rig in
            let context = try await rig.context(life: .seconds(60))
            let service = try service(rig)
            let adapter = try rig.adapter(context, service, deadline: .now + .seconds(2))
            rig.keystone.revokeAll(of: "karbor")
            rig.keystone.set(.hangingUp)
            #expect(try await serviceError { _ = try await adapter.send(read) }.code == .identityUnavailable)
            #expect(refusals() == ["identity_unavailable": 1])
        }
    }

    @Test func `a service that says nothing more after its 401 leaves it undetermined`() async throws {
        try await withRig(registry: registry) { rig in
            let service = try service(rig, 500)
            let adapter = try rig.adapter(
                try await rig.context(life: .seconds(60)), service, retries: .never)
            rig.keystone.revokeAll(of: "karbor")
            #expect(try await serviceError { _ = try await adapter.send(read) }.code == .serverError)
            #expect(refusals() == ["undetermined": 1])
        }
    }

    @Test(arguments: [true, false])
    func `Keystone's own 401 to a question is about a stale token, whatever it then says`(knows: Bool) async throws {
        try await withRig(registry: registry) { rig in
            _ = try await rig.tokens.token(until: rig.deadline())
            let subject = Secret(knows ? rig.keystone.issue(to: "demo", life: .seconds(60)) : "unknown")
            rig.keystone.revokeAll(of: "karbor")
            let token = try? await rig.identity.validate(
                subject, with: rig.tokens, allowExpired: false, until: rig.deadline(), patience: .oneAttempt)
            #expect((token != nil) == knows)
            #expect(refusals(of: "identity") == ["stale_service_token": 1])
        }
    }
}
