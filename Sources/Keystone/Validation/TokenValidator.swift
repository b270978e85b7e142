import FoundationEssentials
package import Loop
package import Telemetry

/// Finds out who calls the API, as keystonemiddleware does in front of other services.
///
/// A token is asked about once, however many requests bring it at the same time, and the answer is kept for
/// `cacheTime`, but not beyond the token's end. An expired user's token is accepted if a service token with a service
/// role comes along and Keystone still knows it. Every question ends within `timeout`.
package final class TokenValidator: Sendable {
    package struct Settings: Sendable {
        /// `service_token_roles`
        package var serviceTokenRoles = ["service"]
        /// `service_token_roles_required`: without such a role a service token makes the request a 401, rather than
        /// merely being of no use.
        package var serviceTokenRolesRequired = true
        /// `token_cache_time`; zero or less is none.
        package var cacheTime: Duration = .seconds(300)
        /// How long a refused token is known to be refused. Short: a token may be valid a moment later elsewhere.
        package var refusalCacheTime: Duration = .seconds(5)
        package var cacheLimit = 1_000
        /// How long an expired token can be accepted at all.
        package var allowExpiredWindow: Duration = .seconds(172_800)
        package var timeout: Duration = .seconds(10)

        package init() {}
    }

    private enum Verdict: Sendable {
        case accepted(Token)
        case refused
    }

    /// What a token is shown for. Its answers are kept apart: they differ in what they hold.
    private enum Purpose {
        case user
        /// It may have expired.
        case userOfService
        /// Whose catalogue nobody wants.
        case service
    }

    private let identity: IdentityClient
    private let tokens: ServiceTokenSource
    private let settings: Settings
    private let time: any TimeSource
    private let cache: ValidationCache<Verdict, Purpose>

    package init(
        identity: IdentityClient, tokens: ServiceTokenSource, settings: Settings = Settings(), time: any TimeSource
    ) {
        self.identity = identity
        self.tokens = tokens
        self.settings = settings
        self.time = time
        cache = ValidationCache(limit: settings.cacheLimit, time: time)
    }

    /// - Parameters:
    ///   - token: `X-Auth-Token`
    ///   - serviceToken: `X-Service-Token`
    package func authenticate(
        token: Secret<String>?, serviceToken: Secret<String>? = nil
    ) async throws(AuthenticationError) -> CallerIdentity {
        guard let token, !token.reveal().isEmpty else {
            throw AuthenticationError(.missingToken, "the request has no token")
        }
        var service: Token?
        var allowExpired = false
        if let serviceToken, !serviceToken.reveal().isEmpty {
            guard case .accepted(let found) = try await verdict(on: serviceToken, as: .service) else {
                throw AuthenticationError(.invalidServiceToken, "Keystone does not accept the caller's service token")
            }
            service = found
            allowExpired = found.roles.contains { settings.serviceTokenRoles.contains($0.name) }
            guard allowExpired || !settings.serviceTokenRolesRequired else {
                throw AuthenticationError(
                    .invalidServiceToken, "the caller's service token has no role that makes it one")
            }
        }
        guard case .accepted(let found) = try await verdict(on: token, as: allowExpired ? .userOfService : .user)
        else {
            throw AuthenticationError(.invalidToken, "Keystone does not accept the caller's token")
        }
        // The rules name services and paths, and none is ours. A service that calls in a user's stead has passed them.
        guard found.applicationCredential?.hasAccessRules != true || service != nil else {
            throw AuthenticationError(.invalidToken, "the caller's application credential is for other services only")
        }
        return CallerIdentity(token: found, serviceToken: service)
    }

    // MARK: - Private

    private func verdict(on token: Secret<String>, as purpose: Purpose) async throws(AuthenticationError) -> Verdict {
        // What no Keystone ever issued need not be asked about.
        guard token.reveal().utf8.count <= 8 << 10, token.reveal().utf8.allSatisfy({ (33...126).contains($0) }) else {
            return .refused
        }
        do {
            return try await cache.value(of: token, variant: purpose) { [self] in
                try await ask(about: token, as: purpose)
            }
        } catch let error as ServiceError {
            throw explained(error)
        } catch {
            throw AuthenticationError(.identityUnavailable, "the request was cancelled before Keystone had answered")
        }
    }

    private func ask(
        about token: Secret<String>, as purpose: Purpose
    ) async throws(ServiceError) -> (Verdict, expiresAt: ContinuousClock.Instant) {
        do throws(ServiceError) {
            let found = try await identity.validate(
                token, with: tokens, allowExpired: purpose == .userOfService, catalog: purpose != .service,
                until: time.now() + settings.timeout, patience: .oneAttempt)
            return (.accepted(found), time.now() + keepingTime(found, allowExpired: purpose == .userOfService))
        } catch {
            guard error.code == .notFound else { throw error }
            return (.refused, time.now() + settings.refusalCacheTime)
        }
    }

    private func keepingTime(_ token: Token, allowExpired: Bool) -> Duration {
        guard settings.cacheTime > .zero, let expiry = token.expiresAt else { return settings.cacheTime }
        let left = Duration.seconds(expiry.timeIntervalSince(time.date()))
        return max(.zero, min(settings.cacheTime, allowExpired ? left + settings.allowExpiredWindow : left))
    }

    private func explained(_ error: ServiceError) -> AuthenticationError {
        switch error.code {
        case .credentialRefused, .unauthorized:
            AuthenticationError(
                .credentialRefused, "Keystone refuses the daemon's own credential: \(error.message)", cause: error)
        case .forbidden:
            AuthenticationError(
                .credentialRefused, "Keystone does not let the service user validate tokens: \(error.message)",
                cause: error)
        default: AuthenticationError(.identityUnavailable, error.message, cause: error)
        }
    }
}
