import Loop
import Telemetry

/// Requests in a user's name by a trust of theirs: its token goes as `X-Auth-Token`, the daemon's own beside it.
///
/// Both are renewed without end, so that this works for as long as the trust does.
struct TrustAuth: RequestAuthentication {
    private let trustTokens: ServiceTokenSource
    private let tokens: ServiceTokenSource
    private let identity: IdentityClient

    /// - Parameters:
    ///   - trustTokens: the trust's.
    ///   - tokens: the daemon's own.
    init(trustTokens: ServiceTokenSource, tokens: ServiceTokenSource, identity: IdentityClient) {
        self.trustTokens = trustTokens
        self.tokens = tokens
        self.identity = identity
    }

    /// Those of the trust's user, once there is a token.
    var projectID: String? { trustTokens.grant?.project?.id }
    var userID: String? { trustTokens.grant?.user.id }
    var catalog: ServiceCatalog? { trustTokens.grant?.catalog }

    func credentials(until deadline: ContinuousClock.Instant) async throws(ServiceError) -> RequestCredentials {
        credentials(
            try await trustTokens.token(until: deadline), try await tokens.token(until: deadline))
    }

    /// The answer does not say which of the two was refused: if one of them was renewed since, that one; else both are renewed.
    func replacement(
        for rejected: RequestCredentials, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> RequestCredentials {
        guard let trustToken = rejected.trustToken else { return try await credentials(until: deadline) }
        if let own = tokens.current, let current = trustTokens.current,
            own != rejected.serviceToken || current != trustToken
        {
            return credentials(current, own)
        }
        return credentials(
            try await trustTokens.replacement(for: trustToken, until: deadline),
            try await tokens.replacement(for: rejected.serviceToken, until: deadline))
    }

    /// Both tokens have just been renewed, and Keystone was asked about the trust with that.
    func explainRefusal(
        of rejected: RequestCredentials, by serviceType: String, until deadline: ContinuousClock.Instant
    ) async -> Refusal {
        Refusal(.tokensRefused, "the service refuses the token of the operation's trust, also a renewed one")
    }

    private func credentials(_ trustToken: ServiceToken, _ own: ServiceToken) -> RequestCredentials {
        RequestCredentials(token: trustToken.value, serviceToken: own, sendsServiceToken: true, trustToken: trustToken)
    }
}
