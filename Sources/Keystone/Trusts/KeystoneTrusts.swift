package import FoundationEssentials
package import HTTPTransport
package import Logging
package import Loop

/// Trusts as Keystone keeps them: made with the user's token, found with the daemon's, ended with their own.
package struct KeystoneTrusts: Trusts {
    private static let timeout = Duration.seconds(20)

    private let identity: IdentityClient
    private let credential: CurrentCredential
    private let tokens: ServiceTokenSource
    private let transport: any Transport
    private let loop: Loop
    private let time: any TimeSource
    private let jitter: Jitter
    private let metrics: RequestMetrics
    private let log: Logger

    /// - Parameters:
    ///   - credential: whom trusts are made to. It must have a password: an application credential takes no trust.
    ///   - tokens: the daemon's own.
    package init(
        identity: IdentityClient, credential: CurrentCredential, tokens: ServiceTokenSource,
        transport: any Transport, loop: Loop, time: (any TimeSource)? = nil, jitter: Jitter = .random,
        metrics: RequestMetrics = RequestMetrics(), log: Logger
    ) {
        self.identity = identity
        self.credential = credential
        self.tokens = tokens
        self.transport = transport
        self.loop = loop
        self.time = time ?? loop
        self.jitter = jitter
        self.metrics = metrics
        self.log = log
    }

    package func make(for context: RequestContext, until end: Date) async throws(ServiceError) -> String {
        guard let project = context.projectID else {
            throw ServiceError(
                .invalidRequest, "a trust is for a project, and the token for none", serviceType: "identity")
        }
        let request = TrustRequest(of: context, project: project, to: try await trusteeID(), until: end)
        let user = ServiceTokenAuth(context: context, tokens: tokens, identity: identity, window: .zero, time: time)
        return try await client(of: user, requestID: context.requestID).create(request).id
    }

    package func find(
        for trustorID: String, in projectID: String, until end: Date
    ) async throws(ServiceError) -> String? {
        let second = end.timeIntervalSince1970.rounded(.down)
        return try await client(of: daemon).trusts(to: try await trusteeID()).first {
            $0.trustorID == trustorID && $0.projectID == projectID
                && $0.expiresAt?.timeIntervalSince1970.rounded(.down) == second
        }?.id
    }

    package func delete(_ id: String) async throws(ServiceError) {
        do {
            try await client(of: TrustAuth(trustTokens: tokens(of: id), tokens: tokens, identity: identity)).delete(id)
        } catch {
            switch error.code {
            case .trustGone, .notFound: return
            // Its user is disabled or has lost a role. If the daemon is an administrator, it may all the same.
            case .trustRefused, .forbidden: try await client(of: daemon).delete(id)
            default: throw error
            }
        }
    }

    /// Tokens by which the daemon acts for a trust's user. Asks for none before somebody needs one.
    func tokens(of trustID: String) -> ServiceTokenSource {
        var log = log
        log[metadataKey: "trust_id"] = "\(trustID)"
        return ServiceTokenSource(
            issuer: TokenIssuer(
                identity: identity, credential: credential, trustID: trustID, reading: client(of: daemon)),
            kind: .trust, wantedRoles: [], loop: loop, time: time, jitter: jitter, log: log)
    }

    // MARK: - Private

    private var daemon: ServiceUserAuth { ServiceUserAuth(tokens: tokens) }

    private func client(
        of authentication: any RequestAuthentication, requestID: String = RequestID.make()
    ) -> TrustClient {
        // Whoever needs a trust has a plan for an answer that does not come.
        let session = Session(
            authentication: authentication, transport: transport, time: time, requestID: requestID, retries: .never,
            metrics: metrics)
        return TrustClient(
            adapter: ServiceAdapter(
                session: session, serviceType: "identity", endpoint: identity, trust: identity.trust))
    }

    private func trusteeID() async throws(ServiceError) -> String {
        _ = try await tokens.token(until: time.now() + Self.timeout, patience: .oneAttempt)
        guard let user = tokens.grant?.user else {
            throw ServiceError(.identityUnavailable, "Keystone has not said yet who we are", serviceType: "identity")
        }
        return user.id
    }
}
