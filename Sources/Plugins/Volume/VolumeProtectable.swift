package import OpenStack
package import OrderedCollections
import PluginKit
package import Protection

/// Finds volumes: those of the caller's project, of a server, of a project.
package struct VolumeProtectable: ProtectablePlugin {
    package init() {}

    package var type: ResourceType { .volume }
    package var parentTypes: [ResourceType] { [.server, .pod, .project] }

    private static let unfit: Set<String> = ["error", "deleting", "error_deleting"]

    package func list(
        _ clients: ClientFactory, parameters: OrderedDictionary<String, JSONValue>
    ) async throws -> [Resource] {
        try await clients.blockStorage.volumes().all().filter { !Self.unfit.contains($0.status.rawValue) }.map(resource)
    }

    package func show(
        _ id: String, _ clients: ClientFactory, parameters: OrderedDictionary<String, JSONValue>
    ) async throws -> Resource {
        let volume: Volume
        do {
            volume = try await clients.blockStorage.volume(VolumeID.canonical(id))
        } catch  where error.code == .notFound {
            throw ProtectableFault.notFound(id: id, reason: error.message)
        }
        guard !Self.unfit.contains(volume.status.rawValue) else {
            throw ProtectableFault.invalidStatus(id: id, status: volume.status.rawValue)
        }
        return resource(volume)
    }

    package func dependents(of parent: Resource, _ clients: ClientFactory) async throws -> [Resource] {
        let volumes = try await clients.blockStorage.volumes().all()
        switch parent.type {
        case .server:
            return volumes.filter { $0.attachments.contains { $0.serverID == parent.id } }.map(resource)
        case .project:
            return volumes.filter { $0.projectID == parent.id }.map(resource)
        default:
            // The volumes of a pod are found by its claims, which needs Kubernetes.
            return []
        }
    }

    private func resource(_ volume: Volume) -> Resource {
        Resource(
            type: .volume, id: volume.id, name: volume.name ?? "",
            extraInfo: ["availability_zone": .optional(volume.availabilityZone)])
    }
}
