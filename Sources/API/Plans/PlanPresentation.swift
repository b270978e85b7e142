import Protection

/// A plan as Karbor's API shows it.
enum PlanPresentation {
    static func object(_ plan: Plan) -> JSONValue {
        [
            "id": .string(plan.id), "name": plan.name.isEmpty ? .null : .string(plan.name),
            "description": .optional(plan.description), "resources": .array(plan.resources.map(resource)),
            "provider_id": .string(plan.providerID), "status": .string(plan.status),
            "parameters": plan.parameters.json,
        ]
    }

    private static func resource(_ resource: Resource) -> JSONValue {
        guard !resource.extraInfo.isNull else {
            return [
                "id": .string(resource.id), "name": .string(resource.name), "type": .string(resource.type.rawValue),
            ]
        }
        return [
            "id": .string(resource.id), "name": .string(resource.name), "type": .string(resource.type.rawValue),
            "extra_info": resource.extraInfo,
        ]
    }
}
