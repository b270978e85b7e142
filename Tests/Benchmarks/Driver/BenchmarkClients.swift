import FoundationEssentials
import HTTPTransport
import Keystone
import Logging
import Loop
import OpenStack
import Telemetry

/// What the daemon would have for an operation: a transport, its own token, and the clients of one user.
struct BenchmarkClients: Sendable {
    let loop = Loop(label: "benchmark")
    let tokens: ServiceTokenSource
    private let transport: CurlTransport
    let context: RequestContext
    let environment: ClientEnvironment
    private let metrics = RequestMetrics(factory: MetricRegistry(RequestMetrics.declarations))

    /// - Parameters:
    ///   - url: Cinder's endpoint, with version and project.
    ///   - issuer: whom the daemon's own tokens are from; without one, one token of an hour.
    init(cinder url: String, keystone authURL: String, issuer: ((IdentityClient) -> TokenIssuer)? = nil) throws {
        transport = CurlTransport(loop: loop, configuration: TransportConfiguration())
        let identity = try IdentityClient(authURL: authURL, transport: transport, time: loop)
        let token = Token.forBenchmark(issuedAt: loop.date())
        tokens = ServiceTokenSource(
            issuer: issuer?(identity) ?? TokenIssuer { _ in token }, loop: loop,
            log: Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() })
        context = RequestContext(token: token, requestID: "req-benchmark")
        let cinder = EndpointSettings(
            name: "cinder", endpoint: url, serviceType: "volumev3", serviceName: "cinderv3")
        environment = ClientEnvironment(
            transport: transport, tokens: tokens, identity: identity, time: loop,
            blockStorage: ServiceSettings(endpoint: cinder), metrics: metrics)
        tokens.start()
    }

    /// Answers as Cinder gave them.
    var adapter: ServiceAdapter {
        let authentication = ServiceTokenAuth(
            context: context, tokens: tokens, identity: environment.identity, window: environment.allowExpiredWindow,
            time: loop)
        return ServiceAdapter(
            session: Session(
                authentication: authentication, transport: transport, time: loop, requestID: context.requestID,
                metrics: metrics),
            serviceType: "volumev3", endpoint: ServiceEndpoint(environment.blockStorage.endpoint, directory: nil),
            microversion: "volume 3.43")
    }

    /// Answers read.
    var blockStorage: BlockStorageClient {
        ClientFactory(context: context, environment: environment).blockStorage
    }

    func shutdown() async {
        tokens.stop()
        await transport.shutdown()
    }
}

extension Token {
    /// A token of an hour, about as long as a Fernet token is.
    fileprivate static func forBenchmark(issuedAt: Date) -> Token {
        var token = Token(value: Secret(String(repeating: "t", count: 190)), user: Principal(id: "u"))
        token.issuedAt = issuedAt
        token.expiresAt = issuedAt.addingTimeInterval(3600)
        token.project = Principal(id: "p")
        return token
    }
}
