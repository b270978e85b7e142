/// Why a caller is not known.
package enum AuthenticationFault: Error, Sendable, Equatable {
    /// No token, or one that Keystone does not accept. The reason is for the log only.
    case unauthenticated(reason: String)
    /// Nobody can tell at the moment: Keystone cannot be reached, or refuses our own credential.
    case unavailable(reason: String, retryAfter: Duration)
}
