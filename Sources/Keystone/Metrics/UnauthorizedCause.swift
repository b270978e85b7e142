/// What a service's 401 turned out to be: a closed set, the values of the label `cause`.
enum UnauthorizedCause: String, CaseIterable, Sendable {
    /// Sent again with the current or a renewed service token, the request was let in.
    case staleServiceToken = "stale_service_token"
    /// Keystone no longer accepts the user's token, not even with a service token.
    case userTokenGone = "user_token_gone"
    /// Keystone would accept the user's expired token with a service token; the service does not.
    case expiredTokenRefused = "expired_token_refused"
    /// The service refuses tokens that Keystone accepts.
    case tokensRefused = "tokens_refused"
    /// The trust by which the operation goes on is gone, or Keystone lets nobody act by it.
    case trustGone = "trust_gone"
    /// Keystone does not accept the daemon's own credential.
    case credentialRefused = "credential_refused"
    /// Keystone could not be asked, or gave no other service token.
    case identityUnavailable = "identity_unavailable"
    /// The request ended before it was known: it was cancelled, or had no answer when it was sent again.
    case undetermined

    /// Why a request failed that was refused before.
    init(_ code: ServiceError.Code) {
        switch code {
        case .userTokenGone: self = .userTokenGone
        case .expiredTokenRefused: self = .expiredTokenRefused
        case .tokensRefused, .unauthorized: self = .tokensRefused
        case .trustGone, .trustRefused: self = .trustGone
        case .credentialRefused: self = .credentialRefused
        case .identityUnavailable: self = .identityUnavailable
        default: self = .undetermined
        }
    }
}
