package import Telemetry

/// The tokens of one request.
package struct RequestCredentials: Sendable {
    /// `X-Auth-Token`.
    package var token: Secret<String>
    /// The daemon's own token: `X-Service-Token` beside a user's, or the same as `token`.
    package var serviceToken: ServiceToken
    package var sendsServiceToken: Bool

    package init(token: Secret<String>, serviceToken: ServiceToken, sendsServiceToken: Bool) {
        self.token = token
        self.serviceToken = serviceToken
        self.sendsServiceToken = sendsServiceToken
    }
}
