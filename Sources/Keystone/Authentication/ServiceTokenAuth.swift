import FoundationEssentials
package import Loop
import Telemetry

/// Requests in a user's name that outlive the user's token: it goes as `X-Auth-Token`, the daemon's own beside it as
/// `X-Service-Token`. Both always go, and there is no switch for it.
///
/// Made once for an operation. Project, user and catalogue are the user's. The user's token is good until `window` after
/// its expiry; a request later than that fails at once, as does every request after Keystone has said that the token is gone.
package final class ServiceTokenAuth: RequestAuthentication {
    private let context: RequestContext
    private let tokens: ServiceTokenSource
    private let identity: IdentityClient
    private let window: Duration
    private let time: any TimeSource
    private let question: Expiring<Refusal>
    private let end = Locked<Refusal?>(nil)
    private let refusals = Locked(ExpiredTokenRefusals())

    /// - Parameter window: `[protection] allow_expired_window`: how long after its expiry Keystone accepts a token.
    package init(
        context: RequestContext, tokens: ServiceTokenSource, identity: IdentityClient, window: Duration,
        time: any TimeSource
    ) {
        self.context = context
        self.tokens = tokens
        self.identity = identity
        self.window = window
        self.time = time
        question = Expiring(time: time)
    }

    package var projectID: String? { context.projectID }
    package var userID: String? { context.userID }
    package var catalog: ServiceCatalog? { context.catalog }

    package func credentials(
        until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> RequestCredentials {
        try checkWindow()
        return credentials(try await tokens.token(until: deadline))
    }

    package func replacement(
        for rejected: RequestCredentials, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> RequestCredentials {
        credentials(try await tokens.replacement(for: rejected.serviceToken, until: deadline))
    }

    package func accepted(_ credentials: RequestCredentials, by serviceType: String) {
        if isExpired { refusals.withLock { $0.accepted(by: serviceType) } }
    }

    /// Asks Keystone, once for all who want to know at the same time.
    package func explainRefusal(
        of rejected: RequestCredentials, by serviceType: String, until deadline: ContinuousClock.Instant
    ) async -> Refusal {
        do {
            let refusal = try await withDeadline(deadline, time: time) { [self] in
                try await question.value { [self] in (await ask(), time.now() + .seconds(1)) }
            }
            if refusal.code == .userTokenGone { end.withLock { $0 = refusal } }
            if refusal.code == .tokensRefused, isExpired,
                refusals.withLock({ $0.refused(by: serviceType, at: time.now()) })
            {
                return Refusal(.expiredTokenRefused, expiredTokenIsRefused)
            }
            return refusal
        } catch is DeadlineExceeded {
            return Refusal(
                .identityUnavailable, "the service refuses the tokens, and Keystone did not say in time why")
        } catch {
            return Refusal(.cancelled, "the request was cancelled while Keystone was asked why its tokens are refused")
        }
    }

    // MARK: - Private

    private func credentials(_ token: ServiceToken) -> RequestCredentials {
        RequestCredentials(token: context.token, serviceToken: token, sendsServiceToken: true)
    }

    private func checkWindow() throws(ServiceError) {
        let refusal: Refusal
        if let known = end.withLock({ $0 }) {
            refusal = known
        } else if let end = context.acceptableUntil(window: window), time.date() >= end {
            refusal = Refusal(.userTokenGone, windowIsOver(since: end))
        } else {
            return
        }
        throw ServiceError(refusal.code, refusal.message, serviceType: "identity", requestID: context.requestID)
    }

    private func ask() async -> Refusal {
        let deadline = time.now() + .seconds(10)
        do throws(ServiceError) {
            _ = try await identity.validate(
                context.token, with: tokens, allowExpired: true, catalog: false, until: deadline,
                patience: .oneAttempt)
        } catch {
            switch error.code {
            case .notFound: return Refusal(.userTokenGone, userTokenIsGone, cause: error)
            case .identityUnavailable, .cancelled:
                return Refusal(
                    .identityUnavailable,
                    "the service refuses the tokens, and Keystone does not say why: \(error.message)",
                    cause: error)
            default:
                return Refusal(
                    .credentialRefused, "Keystone does not let the daemon ask about a user's token: \(error.message)",
                    cause: error)
            }
        }
        let hint = tokens.status.lacksRole ? ": the service token lacks the service role" : ""
        return Refusal(.tokensRefused, "the service refuses tokens that Keystone accepts\(hint)")
    }

    private var isExpired: Bool { context.tokenExpiresAt.map { time.date() >= $0 } ?? false }

    private var expiredTokenIsRefused: String {
        let expiry = context.tokenExpiresAt?.formatted(.iso8601) ?? "an unknown time"
        let role =
            tokens.status.lacksRole
            ? "the service token lacks the service role"
            : """
            does X-Service-Token reach it, and is a role of the service user in its service_token_roles?
            """
        return
            "the service refuses the user's token, which expired at \(expiry), though a service token came with it: \(role)"
    }

    private var userTokenIsGone: String {
        guard let end = context.acceptableUntil(window: window), let expiry = context.tokenExpiresAt else {
            return "Keystone no longer accepts the user's token"
        }
        let now = time.date()
        if now >= end { return windowIsOver(since: end) }
        guard now >= expiry else {
            return """
                Keystone no longer accepts the user's token, though it would expire at \(expiry.formatted(.iso8601)) only: \
                it was revoked, or its user, project or role is gone
                """
        }
        return """
            Keystone no longer accepts the user's token, which expired at \(expiry.formatted(.iso8601)): it was revoked, \
            its user, project or role is gone, or Keystone's allow_expired_window is shorter than \
            \(window.components.seconds) s
            """
    }

    private func windowIsOver(since end: Date) -> String {
        """
        the user's token expired at \((context.tokenExpiresAt ?? end).formatted(.iso8601)), and since \
        \(end.formatted(.iso8601)) not even a service token makes it acceptable (allow_expired_window \
        \(window.components.seconds) s)
        """
    }
}
