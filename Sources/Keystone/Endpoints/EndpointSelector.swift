/// Chooses a service's endpoint by the operator's settings, from what the caller brings or what Keystone tells.
///
/// The order: the endpoint set, the caller's catalogue, Keystone's own list. Pure; `ServiceEndpoint` asks Keystone.
struct EndpointSelector {
    let settings: EndpointSettings
    let projectID: String?
    let userID: String?

    /// The endpoint that the operator has set, if so.
    func override() throws(ServiceError) -> BaseURL? {
        guard let endpoint = settings.endpoint, !endpoint.isEmpty else { return nil }
        let template = EndpointTemplate(endpoint)
        let option = "[\(settings.name)_client] \(settings.name)_endpoint"
        guard let text = template.expanded(projectID: projectID, userID: userID), let url = BaseURL(text) else {
            throw error("\(option) = \(endpoint) gives no URL for project \(projectID ?? "none")")
        }
        guard settings.appendsProject, !template.hasPlaceholder else { return url }
        guard let projectID else { throw error("\(option) needs a project, and the token is not for one") }
        return url.appending(PercentEncoding.encode(projectID))
    }

    /// The endpoint in the caller's catalogue, if there is one.
    func inCatalog(_ catalog: ServiceCatalog?) -> BaseURL? {
        guard let catalog, let info = settings.catalogInfo else { return nil }
        for type in ServiceTypeAliases.accepted(for: info.type) {
            let entries = catalog.entries.filter { $0.type == type }
            // A name is a hint: `cinder` and `cinderv3` are both found in the field.
            for entry in entries.filter({ $0.name == info.name }) + entries.filter({ $0.name != info.name }) {
                let url = first(of: entry.endpoints, interface: info.interface)
                if let url { return url }
            }
        }
        return nil
    }

    /// The endpoint in what Keystone lists for a service.
    func first(of endpoints: [ServiceCatalog.Endpoint], interface: EndpointInterface) -> BaseURL? {
        for endpoint in endpoints where EndpointInterface(endpoint.interface) == interface && isInRegion(endpoint) {
            if let text = EndpointTemplate(endpoint.url).expanded(projectID: projectID, userID: userID),
                let url = BaseURL(text), let versioned = versioned(url)
            {
                return versioned
            }
        }
        return nil
    }

    /// What the search was for, when it found nothing.
    var notFound: ServiceError {
        var sought = ["[\(settings.name)_client] \(settings.name)_endpoint is not set"]
        if let info = settings.catalogInfo {
            sought.append(
                "the user's catalogue has no \(info.interface.rawValue) endpoint of type \(info.type)\(inRegion)")
        }
        sought.append(
            "Keystone lists no \(settings.interface.rawValue) endpoint of type \(settings.serviceType)\(inRegion)")
        return error("no endpoint of \(settings.name): " + sought.joined(separator: "; "))
    }

    // MARK: - Private

    /// One that is set to nothing is not set.
    private var region: String? { settings.region.flatMap { $0.isEmpty ? nil : $0 } }

    private var inRegion: String { region.map { " in region \($0)" } ?? "" }

    private func isInRegion(_ endpoint: ServiceCatalog.Endpoint) -> Bool {
        guard let region else { return true }
        return (endpoint.regionID ?? endpoint.region) == region
    }

    private func versioned(_ url: BaseURL) -> BaseURL? {
        guard let version = settings.version else { return url }
        let found = url.segments.first { segment in
            segment.first == "v" && segment.dropFirst().first?.isNumber == true
                && segment.dropFirst().allSatisfy { $0.isNumber || $0 == "." }
        }
        guard let found else {
            guard let projectID else { return url.appending(version) }
            return url.appending("\(version)/\(PercentEncoding.encode(projectID))")
        }
        return found == version || found.hasPrefix(version + ".") ? url : nil
    }

    private func error(_ message: String) -> ServiceError {
        ServiceError(.endpointNotFound, message, serviceType: settings.serviceType)
    }
}
