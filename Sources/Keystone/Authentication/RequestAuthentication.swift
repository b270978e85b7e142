/// Where the tokens of a request come from, and what a 401 means.
///
/// `RequestAttempts` asks for credentials before each attempt, and after a request's first 401 for others; after its second
/// it asks what is wrong, and that is the request's error. Every wait ends at the deadline given.
package protocol RequestAuthentication: Sendable {
    /// What to send now.
    func credentials(until deadline: ContinuousClock.Instant) async throws(ServiceError) -> RequestCredentials

    /// What to send after the service answered 401 to `rejected`.
    func replacement(
        for rejected: RequestCredentials, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> RequestCredentials

    /// A service of this type took these: it answered with anything but a 401.
    func accepted(_ credentials: RequestCredentials, by serviceType: String)

    /// Why a service of this type still answers 401.
    func explainRefusal(
        of rejected: RequestCredentials, by serviceType: String, until deadline: ContinuousClock.Instant
    ) async -> Refusal

    /// The caller's project and user, for templates of endpoints.
    var projectID: String? { get }
    var userID: String? { get }
    /// The caller's catalogue, if there is one.
    var catalog: ServiceCatalog? { get }
}

extension RequestAuthentication {
    package func accepted(_ credentials: RequestCredentials, by serviceType: String) {}
}
