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
