import FoundationEssentials
import HTTPTransport
import Keystone
import Logging
import Loop
import Telemetry

/// Authenticated GETs of a small volume through session and service-token wrapper: headers, 401 rule, error forms and all.
struct SessionBenchmark: Sendable {
    let url: String
    let count: Int
    let inFlight: Int

    func run() async throws {
        let loop = Loop(label: "benchmark")
        let transport = CurlTransport(loop: loop, configuration: TransportConfiguration())
        let adapter = try adapter(loop, transport)
        try await loop.run { try await self.get(adapter, times: 2_000) }
        let before = processorTime()
        let started = loop.now()
        try await loop.run { try await self.get(adapter, times: self.count) }
        let wall = started.duration(to: loop.now()) / .microseconds(1)
        let used = processorTime() - before
        print("session requests \(count) cpu_us \(used / Double(count)) wall_us \(wall / Double(count))")
        await transport.shutdown()
    }

    private func get(_ adapter: ServiceAdapter, times: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<inFlight {
                group.addTask {
                    for _ in 0..<(times / self.inFlight) {
                        _ = try await adapter.send(ServiceRequest(.get, "volumes/1"))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    func adapter(_ loop: Loop, _ transport: CurlTransport) throws -> ServiceAdapter {
        let identity = try IdentityClient(authURL: url, transport: transport, time: loop)
        let token = Token.forBenchmark(issuedAt: Date())
        let tokens = ServiceTokenSource(
            issuer: TokenIssuer { _ in token }, loop: loop,
            log: Logger(label: "benchmark") { _ in
                SwiftLogNoOpLogHandler()
            })
        tokens.start()
        let authentication = ServiceTokenAuth(
            context: RequestContext(token: token, requestID: "req-benchmark"), tokens: tokens, identity: identity,
            window: .seconds(172_800), time: loop)
        let session = Session(
            authentication: authentication, transport: transport, time: loop, requestID: "req-benchmark")
        let settings = EndpointSettings(
            name: "cinder", endpoint: url, serviceType: "volumev3", serviceName: "cinderv3")
        return ServiceAdapter(
            session: session, serviceType: "volumev3", endpoint: ServiceEndpoint(settings, directory: nil),
            microversion: "volume 3.43")
    }
}

struct UsageError: Error {}

extension Token {
    /// A token of an hour, about as long as a Fernet token is.
    static func forBenchmark(issuedAt: Date) -> Token {
        var token = Token(value: Secret(String(repeating: "t", count: 190)), user: Principal(id: "u"))
        token.issuedAt = issuedAt
        token.expiresAt = issuedAt.addingTimeInterval(3600)
        token.project = Principal(id: "p")
        return token
    }
}
