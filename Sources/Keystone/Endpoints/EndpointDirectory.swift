package import Loop

/// Keystone's own list of services and endpoints, read with the daemon's credential; for the whole process.
///
/// For users whose tokens bring no catalogue, or one without the service. What an administrator has disabled does not
/// count. An answer is kept for five minutes.
package final class EndpointDirectory: Sendable {
    private let identity: ServiceAdapter
    private let time: any TimeSource
    private let kept = Locked<[String: Expiring<[ServiceCatalog.Endpoint]>]>([:])

    package init(identity: ServiceAdapter, time: any TimeSource) {
        self.identity = identity
        self.time = time
    }

    /// The endpoints of all services of the type in `settings`, those of the name in `settings` first.
    func endpoints(
        of settings: EndpointSettings, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> [ServiceCatalog.Endpoint] {
        let (type, name) = (settings.serviceType, settings.serviceName)
        // There are as many keys as there are `[X_client]` groups.
        let cell = kept.withLock { kept in
            let cell = kept["\(type):\(name)"] ?? Expiring(time: time)
            kept["\(type):\(name)"] = cell
            return cell
        }
        return try await cell.value(until: deadline, time: time) { [self] deadline async throws(ServiceError) in
            (try await fetch(type: type, name: name, until: deadline), goodFor: .seconds(300))
        }
    }

    private func fetch(
        type: String, name: String, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> [ServiceCatalog.Endpoint] {
        var services: [Services.Service] = []
        for type in ServiceTypeAliases.accepted(for: type) where services.isEmpty {
            let listed: Services = try await list("services", QueryItem("type", type), until: deadline)
            services = listed.services.elements.filter { $0.enabled != false }
        }
        services = services.filter { $0.name == name } + services.filter { $0.name != name }
        var endpoints: [ServiceCatalog.Endpoint] = []
        for service in services {
            let listed: Endpoints = try await list("endpoints", QueryItem("service_id", service.id), until: deadline)
            endpoints += listed.endpoints.elements.filter { $0.enabled != false }.map(\.endpoint)
        }
        return endpoints
    }

    private func list<List: Decodable & Sendable>(
        _ path: ServicePath, _ filter: QueryItem, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> List {
        let request = ServiceRequest(.get, path, query: [filter], timeout: time.now().duration(to: deadline))
        return try await identity.send(request).decode(List.self)
    }

    private struct Services: Decodable, Sendable {
        var services: LenientArray<Service>

        struct Service: Decodable, Sendable {
            var id: String
            var name: String?
            var enabled: Bool?
        }
    }

    private struct Endpoints: Decodable, Sendable {
        var endpoints: LenientArray<Listed>

        struct Listed: Decodable, Sendable {
            var endpoint: ServiceCatalog.Endpoint
            var enabled: Bool?

            private enum CodingKeys: CodingKey { case enabled }

            init(from decoder: any Decoder) throws {
                endpoint = try ServiceCatalog.Endpoint(from: decoder)
                enabled = try decoder.container(keyedBy: CodingKeys.self).lenient(Bool.self, .enabled)
            }
        }
    }
}
