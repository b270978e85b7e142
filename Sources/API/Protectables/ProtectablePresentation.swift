import Engine
import Protection

/// Types and instances as Karbor's API shows them.
enum ProtectablePresentation {
    static func type(_ type: ProtectableType) -> JSONValue {
        [
            "name": .string(type.type.rawValue),
            "dependent_types": .array(type.dependentTypes.map { .string($0.rawValue) }),
        ]
    }

    static func instance(_ instance: ProtectableInstance) -> JSONValue {
        guard case .object(var members) = resource(instance.resource) else { return .null }
        members["dependent_resources"] = .array(instance.dependents.map(resource))
        return .object(members)
    }

    private static func resource(_ resource: Resource) -> JSONValue {
        [
            "id": .string(resource.id), "type": .string(resource.type.rawValue), "name": .string(resource.name),
            "extra_info": resource.extraInfo,
        ]
    }
}
