import HTTPTransport
import Keystone
import Logging
import Loop
import OpenStack

/// Everything by which the daemon speaks to the cloud: one set a process.
struct CloudClients: Sendable {
    let transport: CurlTransport
    let identity: IdentityClient
    let tokens: ServiceTokenSource
    let environment: ClientEnvironment
    private let time: any TimeSource

    init(_ settings: DaemonSettings, loop: Loop, log: Logger = Logger(label: "karbor.keystone")) throws {
        transport = CurlTransport(
            loop: loop, configuration: TransportConfiguration(userAgent: "karbor-protection/\(BuildVersion.current)"))
        let credential = settings.credential.credential
        identity = try IdentityClient(credential, transport: transport, time: loop)
        tokens = ServiceTokenSource(
            issuer: TokenIssuer(identity: identity, credential: credential), wantedRoles: settings.serviceTokenRoles,
            loop: loop, log: log)
        time = loop
        environment = ClientEnvironment(
            transport: transport, tokens: tokens, identity: identity, time: loop,
            allowExpiredWindow: settings.validation.allowExpiredWindow, blockStorage: settings.blockStorage)
    }

    /// Whoever the settings say the service is from now on. A token in hand is used until the new one is there.
    func replaceCredential(_ settings: DaemonSettings) throws {
        let credential = settings.credential.credential
        let identity = try IdentityClient(credential, transport: transport, time: time)
        tokens.replaceIssuer(TokenIssuer(identity: identity, credential: credential))
    }
}

extension IdentityClient {
    fileprivate init(_ credential: Credential, transport: any Transport, time: any TimeSource) throws(ServiceError) {
        try self.init(authURL: credential.authURL, trust: credential.trust, transport: transport, time: time)
    }
}
