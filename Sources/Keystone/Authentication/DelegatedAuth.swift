package import Loop
import Synchronization

/// Requests in a user's name for longer than the user's token is accepted: with it as long as it is, then by a trust.
///
///     own token -> trust: the token's window is over, Keystone has said that the token is gone, or a service will not take it
///         after its expiry
package final class DelegatedAuth: RequestAuthentication {
    private let user: ServiceTokenAuth
    private let trust: TrustAuth
    private let usesTrust: Atomic<Bool>

    package convenience init(
        context: RequestContext, by delegation: Delegation, trusts: KeystoneTrusts, tokens: ServiceTokenSource,
        identity: IdentityClient, window: Duration, time: any TimeSource
    ) {
        self.init(
            user: ServiceTokenAuth(context: context, tokens: tokens, identity: identity, window: window, time: time),
            trust: TrustAuth(
                trustTokens: trusts.tokens(of: delegation.trustID), tokens: tokens, identity: identity),
            isFromNow: delegation.isFromNow)
    }

    init(user: ServiceTokenAuth, trust: TrustAuth, isFromNow: Bool) {
        self.user = user
        self.trust = trust
        usesTrust = Atomic(isFromNow)
    }

    package var projectID: String? { user.projectID }
    package var userID: String? { user.userID }
    package var catalog: ServiceCatalog? { user.catalog }

    package func credentials(
        until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> RequestCredentials {
        guard !usesTrust.load(ordering: .relaxed) else { return try await trust.credentials(until: deadline) }
        do throws(ServiceError) {
            return try await user.credentials(until: deadline)
        } catch {
            guard error.code == .userTokenGone else { throw error }
        }
        usesTrust.store(true, ordering: .relaxed)
        return try await trust.credentials(until: deadline)
    }

    package func replacement(
        for rejected: RequestCredentials, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> RequestCredentials {
        try await signer(of: rejected).replacement(for: rejected, until: deadline)
    }

    package func accepted(_ credentials: RequestCredentials, by serviceType: String) {
        signer(of: credentials).accepted(credentials, by: serviceType)
    }

    package func explainRefusal(
        of rejected: RequestCredentials, by serviceType: String, until deadline: ContinuousClock.Instant
    ) async -> Refusal {
        var refusal = await signer(of: rejected)
            .explainRefusal(of: rejected, by: serviceType, until: deadline)
        guard rejected.trustToken == nil, [.userTokenGone, .expiredTokenRefused].contains(refusal.code) else {
            return refusal
        }
        usesTrust.store(true, ordering: .relaxed)
        refusal.code = .tokensRefused
        refusal.message += "; the operation goes on by its trust"
        return refusal
    }

    private func signer(of credentials: RequestCredentials) -> any RequestAuthentication {
        credentials.trustToken == nil ? user : trust
    }
}
