package import Telemetry

/// The tokens of one request.
package struct RequestCredentials: Sendable {
    /// `X-Auth-Token`.
    package var token: Secret<String>
    /// The daemon's own token: `X-Service-Token` beside a user's, or the same as `token`.
    package var serviceToken: ServiceToken
    package var sendsServiceToken: Bool
    /// Whose value `token` is, where it is one of a trust.
    package var trustToken: ServiceToken?

    package init(
        token: Secret<String>, serviceToken: ServiceToken, sendsServiceToken: Bool, trustToken: ServiceToken? = nil
    ) {
        self.token = token
        self.serviceToken = serviceToken
        self.sendsServiceToken = sendsServiceToken
        self.trustToken = trustToken
    }
}
