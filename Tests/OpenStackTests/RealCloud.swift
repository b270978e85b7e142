import Foundation
import HTTPTransport
import Keystone
import Logging
import Loop
import OpenStack
import Telemetry

/// The Keystone and Cinder that `Tests/Cloud/up` starts, as `KARBOR_CLOUD` (the path of its cloud.json) describes them.
struct RealCloud: Decodable {
    struct User: Decodable {
        var id: String
        var password: String
    }

    var authURL: String
    /// Tokens from here live a few seconds.
    var shortAuthURL: String
    var users: [String: User]
    var projects: [String: String]

    enum CodingKeys: String, CodingKey {
        case users, projects
        case authURL = "auth_url"
        case shortAuthURL = "short_auth_url"
    }

    static let path = ProcessInfo.processInfo.environment["KARBOR_CLOUD"]

    static func load() throws -> RealCloud {
        try JSONDecoder().decode(RealCloud.self, from: Data(contentsOf: URL(fileURLWithPath: path ?? "")))
    }

    func credential(_ user: String, project: String, isShort: Bool = false) -> Credential {
        Credential(
            authURL: isShort ? shortAuthURL : authURL,
            method: .password(
                user: .name(user, domain: .id("default")), password: Secret(users[user]?.password ?? "")),
            scope: .project(.name(project, domain: .id("default"))))
    }
}

/// A daemon's clients against the real cloud.
final class RealCloudRig: Sendable {
    let cloud: RealCloud
    let loop = Loop(label: "test")
    let transport: CurlTransport
    let identity: IdentityClient
    let environment: ClientEnvironment

    /// - Parameter short: the service's own tokens live a few seconds only.
    init(serviceUser: String = "karbor", short: Bool = false) throws {
        cloud = try RealCloud.load()
        transport = CurlTransport(loop: loop)
        identity = try IdentityClient(authURL: cloud.authURL, transport: transport, time: loop)
        let credential = cloud.credential(serviceUser, project: "service", isShort: short)
        let tokens = ServiceTokenSource(
            issuer: TokenIssuer(
                identity: try IdentityClient(authURL: credential.authURL, transport: transport, time: loop),
                credential: CurrentCredential(credential)),
            loop: loop, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        tokens.start()
        environment = ClientEnvironment(transport: transport, tokens: tokens, identity: identity, time: loop)
    }

    var tokens: ServiceTokenSource { environment.tokens }

    func deadline(_ seconds: Double = 60) -> ContinuousClock.Instant { .now + .seconds(seconds) }

    /// A token of the user `demo`.
    func userToken(short: Bool = false) async throws -> Token {
        let credential = cloud.credential("demo", project: "demo", isShort: short)
        let identity = try IdentityClient(authURL: credential.authURL, transport: transport, time: loop)
        return try await identity.authenticate(credential, until: deadline())
    }

    /// One that has expired, which Keystone still knows.
    func expiredUserToken() async throws -> Token {
        let token = try await userToken(short: true)
        try await loop.sleep(for: (token.lifetime ?? .zero) + .seconds(1.2))
        return token
    }

    func factory(_ token: Token) -> ClientFactory {
        ClientFactory(context: RequestContext(token: token, requestID: RequestID.make()), environment: environment)
    }
}

func withRealCloud(
    serviceUser: String = "karbor", short: Bool = false, _ body: (RealCloudRig) async throws -> Void
) async throws {
    let rig = try RealCloudRig(serviceUser: serviceUser, short: short)
    let result: Result<Void, any Error>
    do { result = .success(try await body(rig)) } catch { result = .failure(error) }
    rig.tokens.stop()
    await rig.transport.shutdown()
    try result.get()
}
