import Loop

/// One service's endpoint for one caller: found when it is first needed, and kept for the caller's whole operation.
package final class ServiceEndpoint: EndpointSource {
    private let settings: EndpointSettings
    private let directory: EndpointDirectory?
    private let found = Locked<BaseURL?>(nil)

    /// - Parameter directory: whom to ask where neither the settings nor the caller's catalogue tell.
    package init(_ settings: EndpointSettings, directory: EndpointDirectory?) {
        self.settings = settings
        self.directory = directory
    }

    package func endpoint(
        for caller: any RequestAuthentication, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> BaseURL {
        if let known = found.withLock({ $0 }) { return known }
        let url = try await find(for: caller, until: deadline)
        found.withLock { $0 = url }
        return url
    }

    private func find(
        for caller: any RequestAuthentication, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> BaseURL {
        let selector = EndpointSelector(settings: settings, projectID: caller.projectID, userID: caller.userID)
        if let url = try selector.override() ?? selector.inCatalog(caller.catalog) { return url }
        guard let directory else { throw selector.notFound }
        let endpoints = try await directory.endpoints(of: settings, until: deadline)
        guard let url = selector.first(of: endpoints, interface: settings.interface) else { throw selector.notFound }
        return url
    }
}
