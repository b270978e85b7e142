/// Where a service is, for one caller.
package protocol EndpointSource: Sendable {
    func endpoint(
        for caller: any RequestAuthentication, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> BaseURL
}
