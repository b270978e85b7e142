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
    let trusts: KeystoneTrusts
    let environment: ClientEnvironment
    private let credential: CurrentCredential

    init(_ settings: DaemonSettings, loop: Loop, log: Logger = Logger(label: "karbor.keystone")) throws {
        transport = CurlTransport(
            loop: loop,
            configuration: TransportConfiguration(
                hostLimit: settings.maxRequestsPerEndpoint,
                userAgent: "karbor-protection/\(BuildVersion.current)"))
        let configured = settings.credential.credential
        credential = CurrentCredential(configured)
        let metrics = RequestMetrics()
        identity = try IdentityClient(
            authURL: configured.authURL, trust: configured.trust, transport: transport, time: loop,
            metrics: metrics)
        tokens = ServiceTokenSource(
            issuer: TokenIssuer(identity: identity, credential: credential),
            wantedRoles: settings.validation.serviceTokenRoles,
            loop: loop, log: log)
        trusts = KeystoneTrusts(
            identity: identity, credential: credential, tokens: tokens, transport: transport, loop: loop,
            metrics: metrics, log: log)
        environment = ClientEnvironment(
            transport: transport, tokens: tokens, identity: identity, trusts: trusts, time: loop,
            allowExpiredWindow: settings.validation.allowExpiredWindow, blockStorage: settings.blockStorage,
            requestTimeout: settings.requestTimeout, metrics: metrics)
    }

    /// Who the service is from now on, in the same Keystone. A token in hand is used until the new one is there.
    func replaceCredential(_ new: Credential) {
        credential.replace(with: new)
        tokens.credentialReplaced()
    }
}
