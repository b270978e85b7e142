import Engine
import Loop
import OrderedCollections
import Protection

@testable import API

/// Karbor's two example providers as they were recorded, and what there is to protect.
enum FakeProviders {
    static let noop = "b766f37c-d011-4026-8228-28730d734a3f"
    static let infra = "cf56bd3e-97a7-4078-b6d5-f36246333fd9"

    /// - Parameter recorded: the body of a list of providers.
    static func descriptions(recorded: JSONValue) -> [ProviderDescription] {
        (recorded["providers"]?.array ?? []).map { provider in
            let schemas = provider["extended_info_schema"]
            var types: OrderedDictionary<ResourceType, ResourceSchemas> = [:]
            for (type, options) in schemas?["options_schema"]?.object ?? [:] {
                types[ResourceType(rawValue: type)] = ResourceSchemas(
                    options: options, restore: schemas?["restore_schema"]?[type] ?? [:],
                    savedInfo: schemas?["saved_info_schema"]?[type] ?? [:])
            }
            return ProviderDescription(
                id: provider["id"]?.string ?? "", name: provider["name"]?.string ?? "",
                description: provider["description"]?.string ?? "", schemas: types)
        }
    }
}

final class FakeProtectables: ProtectableService {
    let types = [
        ResourceType.database, .image, .network, .pod, .project, .server, .share, .volume,
    ].map { type in
        ProtectableType(type: type, dependentTypes: type == .server ? [.volume, .network] : [])
    }
    let volumes = Locked<[ProtectableInstance]>([])
    let lastParameters = Locked<JSONValue>(.null)

    func instances(
        of type: ResourceType, parameters: JSONValue, caller: Caller
    ) throws(ServiceFault) -> [ProtectableInstance] {
        guard type == .volume else { throw ServiceFault(.notImplemented, "there is no client of \(type) yet") }
        lastParameters.withLock { $0 = parameters }
        return volumes.withLock { $0 }
    }

    func instance(
        _ key: ResourceKey, parameters: JSONValue, caller: Caller
    ) throws(ServiceFault) -> ProtectableInstance {
        guard
            let instance = try instances(of: key.type, parameters: parameters, caller: caller)
                .first(where: { $0.resource.id == key.id })
        else { throw ServiceFault(.notFound, "\(key) could not be found.") }
        return instance
    }
}
