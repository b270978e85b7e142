/// Where a service is, for one caller.
package protocol EndpointSource: Sendable {
    func endpoint(
        for caller: any RequestAuthentication, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> BaseURL
}

/// A place that is known beforehand.
package struct FixedEndpoint: EndpointSource {
    private let base: BaseURL

    package init(_ base: BaseURL) {
        self.base = base
    }

    package func endpoint(
        for caller: any RequestAuthentication, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> BaseURL { base }
}
