package import HTTPTransport
package import Keystone
package import Loop

/// What the clients of all operations share: connections, the daemon's own token, and where services are.
package struct ClientEnvironment: Sendable {
    package var transport: any Transport
    package var tokens: ServiceTokenSource
    package var identity: IdentityClient
    /// Nil where no operation goes on by a trust.
    package var trusts: KeystoneTrusts?
    package var time: any TimeSource
    /// `[protection] allow_expired_window`
    package var allowExpiredWindow: Duration
    package var blockStorage: ServiceSettings
    /// How long each call of a client may take: `[protection] request_timeout`.
    package var requestTimeout: Duration
    let metrics: RequestMetrics
    let directory: EndpointDirectory

    package init(
        transport: any Transport, tokens: ServiceTokenSource, identity: IdentityClient, trusts: KeystoneTrusts? = nil,
        time: any TimeSource, allowExpiredWindow: Duration = .seconds(172_800),
        blockStorage: ServiceSettings = .blockStorage, requestTimeout: Duration = .seconds(60),
        metrics: RequestMetrics = RequestMetrics()
    ) {
        self.transport = transport
        self.tokens = tokens
        self.identity = identity
        self.trusts = trusts
        self.time = time
        self.allowExpiredWindow = allowExpiredWindow
        self.blockStorage = blockStorage
        self.requestTimeout = requestTimeout
        self.metrics = metrics
        directory = EndpointDirectory(
            identity: ServiceAdapter(
                session: Session(
                    authentication: ServiceUserAuth(tokens: tokens), transport: transport, time: time,
                    requestID: RequestID.make(), metrics: metrics),
                serviceType: "identity", endpoint: identity, trust: identity.trust),
            time: time)
    }

    /// Whether the service user has the role that Cinder and its like take for an administrator's.
    package var isAdministrator: Bool { tokens.grant?.roleNames.contains("admin") ?? false }

    func authentication(_ context: RequestContext, by delegation: Delegation?) -> any RequestAuthentication {
        guard let delegation, let trusts else {
            return ServiceTokenAuth(
                context: context, tokens: tokens, identity: identity, window: allowExpiredWindow, time: time)
        }
        return DelegatedAuth(
            context: context, by: delegation, trusts: trusts, tokens: tokens, identity: identity,
            window: allowExpiredWindow, time: time)
    }
}
