package import Loop
import Synchronization

/// Keystone's own list of services and endpoints, read with the daemon's credential; for the whole process.
///
/// For users whose tokens bring no catalogue, or one without the service. An answer is kept for five minutes.
package final class EndpointDirectory: Sendable {
    private let identity: ServiceAdapter
    private let time: any TimeSource
    private let kept = Mutex<[String: Expiring<[ServiceCatalog.Endpoint]>]>([:])

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
        let timeout = time.now().duration(to: deadline)
        var services: [Services.Service] = []
        for type in ServiceTypeAliases.accepted(for: type) where services.isEmpty {
            services = try await identity.send(
                ServiceRequest(.get, "services", query: [QueryItem("type", type)], timeout: timeout)
            ).decode(Services.self).services.elements
        }
        services = services.filter { $0.name == name } + services.filter { $0.name != name }
        var endpoints: [ServiceCatalog.Endpoint] = []
        for service in services {
            endpoints += try await identity.send(
                ServiceRequest(.get, "endpoints", query: [QueryItem("service_id", service.id)], timeout: timeout)
            ).decode(Endpoints.self).endpoints.elements
        }
        return endpoints
    }

    private struct Services: Decodable, Sendable {
        var services: LenientArray<Service>

        struct Service: Decodable, Sendable {
            var id: String
            var name: String?
        }
    }

    private struct Endpoints: Decodable, Sendable {
        var endpoints: LenientArray<ServiceCatalog.Endpoint>
    }
}
