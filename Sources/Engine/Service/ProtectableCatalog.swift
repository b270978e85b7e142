import Keystone
import OpenStack
import OrderedCollections
import PluginKit
package import Protection

/// What can be protected in the caller's project, as the protectable plugins find it.
package struct ProtectableCatalog: ProtectableService {
    private let environment: EngineEnvironment

    package init(environment: EngineEnvironment) {
        self.environment = environment
    }

    /// All eight of Karbor's types, also those that cannot be looked for yet: a no-op provider takes them.
    package var types: [ProtectableType] {
        ResourceType.all.map { type in
            ProtectableType(type: type, dependentTypes: ResourceType.all.filter { $0.parents.contains(type) })
        }
    }

    package func instances(
        of type: ResourceType, parameters: JSONValue, caller: Caller
    ) async throws(ServiceFault) -> [ProtectableInstance] {
        let plugin = try plugin(type)
        do {
            let clients = clients(of: caller)
            var instances: [ProtectableInstance] = []
            for resource in try await plugin.list(clients, parameters: parameters.object ?? [:]) {
                instances.append(try await instance(resource, clients))
            }
            return instances
        } catch {
            throw fault(error, type: type)
        }
    }

    package func instance(
        _ key: ResourceKey, parameters: JSONValue, caller: Caller
    ) async throws(ServiceFault) -> ProtectableInstance {
        let plugin = try plugin(key.type)
        do {
            let clients = clients(of: caller)
            let resource = try await plugin.show(key.id, clients, parameters: parameters.object ?? [:])
            return try await instance(resource, clients)
        } catch {
            throw fault(error, type: key.type)
        }
    }

    private func plugin(_ type: ResourceType) throws(ServiceFault) -> any ProtectablePlugin {
        guard let plugin = environment.protectables.first(where: { $0.type == type }) else {
            throw ServiceFault(.notImplemented, "Resources of type \(type) cannot be listed yet.")
        }
        return plugin
    }

    private func clients(of caller: Caller) -> ClientFactory {
        ClientFactory(context: caller.context, environment: environment.cloud)
    }

    private func instance(_ resource: Resource, _ clients: ClientFactory) async throws -> ProtectableInstance {
        var dependents: [Resource] = []
        for plugin in environment.protectables where plugin.parentTypes.contains(resource.type) {
            dependents += try await plugin.dependents(of: resource, clients)
        }
        return ProtectableInstance(resource: resource, dependents: dependents)
    }

    private func fault(_ error: any Error, type: ResourceType) -> ServiceFault {
        switch error {
        case ProtectableFault.notFound(let id, let reason):
            ServiceFault(.notFound, "The resource \(id) of type \(type) could not be found: \(reason)")
        case ProtectableFault.invalidStatus(let id, let status):
            ServiceFault(.notFound, "The resource \(id) of type \(type) has a invalid status: \(status)")
        case let error as ServiceError:
            ServiceFault(error, trying: "List protectable resources of type \(type) failed")
        default:
            ServiceFault(.internal, "List protectable resources of type \(type) failed: \(error)")
        }
    }
}
