import Keystone

/// A place that is known beforehand.
struct FixedEndpoint: EndpointSource {
    private let base: BaseURL

    init(_ base: BaseURL) {
        self.base = base
    }

    func endpoint(
        for caller: any RequestAuthentication, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> BaseURL { base }
}
