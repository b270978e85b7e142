import HTTPTransport
import HTTPTypes
import Keystone
import Logging
import Loop
import OpenStack
import Telemetry
import TestSupport
import Testing

/// A daemon's clients against a scripted Keystone and a scripted Cinder that answers as a test says.
final class CinderRig: Sendable {
    typealias Answer = @Sendable (_ method: HTTPRequest.Method, _ path: String, _ body: String) -> ScriptedResponse

    let loop = Loop(label: "test")
    let keystone: ScriptedKeystone
    let cinder: ScriptedService
    let transport: CurlTransport
    let environment: ClientEnvironment

    init(_ answer: @escaping Answer) throws {
        let keystone = try ScriptedKeystone()
        keystone.add(.init("karbor", project: "service", roles: ["admin", "service"]))
        self.keystone = keystone
        cinder = try ScriptedService(keystone: keystone) { request in answer(request.method, request.path, request.text)
        }
        transport = CurlTransport(loop: loop)
        let identity = try IdentityClient(authURL: keystone.authURL, transport: transport, time: loop)
        let credential = Credential(
            authURL: keystone.authURL,
            method: .password(user: .name("karbor", domain: .id("default")), password: Secret("secret")),
            scope: .project(.name("service", domain: .id("default"))))
        let tokens = ServiceTokenSource(
            issuer: TokenIssuer(identity: identity, credential: CurrentCredential(credential)), loop: loop,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        tokens.start()
        environment = ClientEnvironment(transport: transport, tokens: tokens, identity: identity, time: loop)
    }

    /// The context of a user with a token of that life, whose catalogue has the scripted Cinder for the user's own project.
    func context(of user: String, life: Duration = .seconds(60)) -> RequestContext {
        keystone.add(.init(user, project: user, roles: ["member"]))
        var token = Token(value: Secret(keystone.issue(to: user, life: life)), user: .init(id: "\(user)-id"))
        token.project = .init(id: "\(user)-project")
        token.catalog = ServiceCatalog([
            .init(
                type: "volumev3", name: "cinderv3",
                endpoints: [.init(interface: "public", url: "\(cinder.url)/v3/\(user)-project")])
        ])
        return RequestContext(token: token, requestID: "req-of-\(user)")
    }

    func factory(of user: String = "demo", life: Duration = .seconds(60)) -> ClientFactory {
        ClientFactory(
            context: context(of: user, life: life), environment: environment, deadline: .now + .seconds(30))
    }
}

func withCinder(_ answer: @escaping CinderRig.Answer, _ body: (CinderRig) async throws -> Void) async throws {
    let rig = try CinderRig(answer)
    let result: Result<Void, any Error>
    do { result = .success(try await body(rig)) } catch { result = .failure(error) }
    rig.environment.tokens.stop()
    await rig.transport.shutdown()
    try result.get()
}

/// The service error that `body` throws; a test fails if it throws none.
func serviceError(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async throws -> ServiceError {
    try #require(
        await #expect(throws: ServiceError.self, sourceLocation: sourceLocation) { try await body() },
        sourceLocation: sourceLocation)
}
