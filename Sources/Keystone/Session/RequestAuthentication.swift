package import Telemetry

/// Where the tokens of a request come from, and what a 401 means.
///
/// A session asks for credentials, and after a 401 once for others; after a second 401 it asks what is wrong, and that is
/// the request's error. Every wait ends at the deadline given.
package protocol RequestAuthentication: Sendable {
    /// What to send now.
    func credentials(until deadline: ContinuousClock.Instant) async throws(ServiceError) -> RequestCredentials

    /// What to send after the service answered 401 to `rejected`.
    func replacement(
        for rejected: RequestCredentials, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> RequestCredentials

    /// A service took these: it answered with anything but a 401.
    func accepted(_ credentials: RequestCredentials)

    /// Why the service still answers 401.
    func explainRefusal(of rejected: RequestCredentials, until deadline: ContinuousClock.Instant) async -> Refusal

    /// The caller's project and user, for templates of endpoints.
    var projectID: String? { get }
    var userID: String? { get }
    /// The caller's catalogue, if there is one.
    var catalog: ServiceCatalog? { get }
}

extension RequestAuthentication {
    package func accepted(_ credentials: RequestCredentials) {}
}

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

/// What a second 401 turned out to mean.
package struct Refusal: Sendable {
    package var code: ServiceError.Code
    package var message: String
    package var cause: ServiceError?

    package init(_ code: ServiceError.Code, _ message: String, cause: ServiceError? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}
