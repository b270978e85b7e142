import HTTPTransport
import HTTPTypes
import Logging
import Loop
import Telemetry
import TestSupport
import Testing

@testable import Keystone

/// The daemon's side of identity, over real sockets, against a scripted Keystone with the usual users:
/// `karbor` (project `service`, roles `admin` and `service`) and `demo` (project `demo`, role `member`).
final class Rig: Sendable {
    let loop = Loop(label: "test")
    let time: any TimeSource
    private let curl: CurlTransport
    /// libcurl's, whose clock is the real one whatever `time` is.
    let transport: any Transport
    let keystone: ScriptedKeystone
    let identity: IdentityClient
    let credential: CurrentCredential
    let tokens: ServiceTokenSource
    let trusts: KeystoneTrusts
    let metrics: RequestMetrics

    init(
        life: Duration, window: Duration, roles: [String], log: Logger, time: (any TimeSource)?,
        registry: MetricRegistry
    ) throws {
        metrics = RequestMetrics(factory: registry)
        let clock = time ?? loop
        self.time = clock
        let curl = CurlTransport(loop: loop)
        self.curl = curl
        transport = time.map { TranslatingTransport(curl, time: $0) } ?? curl
        keystone = try ScriptedKeystone(life: life, window: window, clock: { clock.date() })
        keystone.add(.init("karbor", project: "service", roles: roles))
        keystone.add(.init("demo", project: "demo", roles: ["member"]))
        identity = try IdentityClient(authURL: keystone.authURL, transport: transport, time: clock, metrics: metrics)
        credential = CurrentCredential(keystone.credential())
        tokens = ServiceTokenSource(
            issuer: TokenIssuer(identity: identity, credential: credential), loop: loop, time: time, log: log)
        trusts = KeystoneTrusts(
            identity: identity, credential: credential, tokens: tokens, transport: transport, loop: loop, time: time,
            log: log)
    }

    /// As a reload does.
    func replaceCredential(password: String) {
        credential.replace(with: keystone.credential(password: password))
        tokens.credentialReplaced()
    }

    func shutdown() async {
        tokens.stop()
        await curl.shutdown()
    }

    func deadline(_ seconds: Double = 30) -> ContinuousClock.Instant { time.now() + .seconds(seconds) }

    /// A context of the user `demo` with a token of that life; a negative one has expired.
    func context(life: Duration, issued: Duration? = nil) async throws -> RequestContext {
        let value = keystone.issue(to: "demo", life: life)
        let token = try await identity.validate(
            Secret(value), with: tokens, allowExpired: true, until: deadline(), patience: .untilDeadline)
        return RequestContext(token: token, requestID: "req-11111111-2222-3333-4444-555555555555")
    }

    func authentication(_ context: RequestContext, window: Duration = .seconds(172_800)) -> ServiceTokenAuth {
        ServiceTokenAuth(context: context, tokens: tokens, identity: identity, window: window, time: time)
    }

    /// What the requests for the user of `context` have in common.
    func session(
        _ context: RequestContext, window: Duration = .seconds(172_800), deadline: ContinuousClock.Instant? = nil,
        retries: RetryPolicy = RetryPolicy(), transport: (any Transport)? = nil
    ) -> Session {
        Session(
            authentication: authentication(context, window: window), transport: transport ?? self.transport, time: time,
            requestID: context.requestID, deadline: deadline, retries: retries, metrics: metrics)
    }

    /// A way to `service` for the user of `context`.
    func adapter(
        _ context: RequestContext, _ service: ScriptedService, window: Duration = .seconds(172_800),
        deadline: ContinuousClock.Instant? = nil, retries: RetryPolicy = RetryPolicy()
    ) throws -> ServiceAdapter {
        try adapter(session(context, window: window, deadline: deadline, retries: retries), service)
    }

    func adapter(
        _ session: Session, _ service: ScriptedService, serviceType: String = "volumev3"
    ) throws -> ServiceAdapter {
        let base = try #require(BaseURL(service.url + "/v3/demo-id"))
        return ServiceAdapter(
            session: session, serviceType: serviceType, endpoint: FixedEndpoint(base), microversion: "volume 3.43")
    }

    /// A service that answers every request that it lets in with an empty document.
    func emptyService() throws -> ScriptedService {
        try ScriptedService(keystone: keystone) { _ in
            ScriptedResponse(200, [.contentType: "application/json"], text: "{}")
        }
    }
}

extension RetryPolicy {
    /// What is usual, with pauses that no test notices.
    static var quick: RetryPolicy {
        var policy = RetryPolicy()
        policy.firstPause = .milliseconds(1)
        return policy
    }
}

/// Runs `body` with a rig, and takes it down.
func withRig(
    life: Duration = .seconds(3600), window: Duration = .seconds(172_800), roles: [String] = ["admin", "service"],
    log: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, time: (any TimeSource)? = nil,
    registry: MetricRegistry = MetricRegistry(RequestMetrics.declarations), startsTokens: Bool = true,
    _ body: (Rig) async throws -> Void
) async throws {
    let rig = try Rig(life: life, window: window, roles: roles, log: log, time: time, registry: registry)
    if startsTokens { rig.tokens.start() }
    let result: Result<Void, any Error>
    do { result = .success(try await body(rig)) } catch { result = .failure(error) }
    await rig.shutdown()
    try result.get()
}

extension ScriptedKeystone {
    func credential(_ user: String = "karbor", password: String = "secret", project: String? = "service") -> Credential
    {
        let scope: Credential.Scope = project.map { .project(.name($0, domain: .id("default"))) } ?? .unscoped
        return Credential(
            authURL: authURL, method: .password(user: .name(user, domain: .id("default")), password: Secret(password)),
            scope: scope)
    }
}

/// The service error that `body` throws; a test fails if it throws none.
func serviceError(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async throws -> ServiceError {
    try #require(
        await #expect(throws: ServiceError.self, sourceLocation: sourceLocation) { try await body() },
        sourceLocation: sourceLocation)
}
