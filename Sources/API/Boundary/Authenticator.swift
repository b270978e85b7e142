package import Engine
package import Telemetry

/// What a request brought along to show who makes it.
package struct PresentedCredentials: Sendable {
    /// `X-Auth-Token`.
    package var token: Secret<String>?
    /// `X-Service-Token`, of a service that calls in a user's name.
    package var serviceToken: Secret<String>?
    package var requestID: String
    package var remoteAddress: String?

    package init(
        token: Secret<String>?, serviceToken: Secret<String>?, requestID: String, remoteAddress: String?
    ) {
        self.token = token
        self.serviceToken = serviceToken
        self.requestID = requestID
        self.remoteAddress = remoteAddress
    }
}

/// Why a caller is not known.
package enum AuthenticationFault: Error, Sendable, Equatable {
    /// No token, or one that Keystone does not accept. The reason is for the log only.
    case unauthenticated(reason: String)
    /// Nobody can tell at the moment: Keystone cannot be reached, or refuses our own credential.
    case unavailable(reason: String, retryAfter: Duration)
}

/// Turns the tokens of a request into its caller.
package protocol Authenticator: Sendable {
    /// Called once a request, before anything of it but its head is read. May answer from a cache; has its own deadline.
    func authenticate(_ credentials: PresentedCredentials) async throws(AuthenticationFault) -> Caller
}
