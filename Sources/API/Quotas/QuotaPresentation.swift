import OrderedCollections
import Protection

/// Limits as Karbor's API shows them, each resource beside the id of whom they are for.
enum QuotaPresentation {
    static func limits(_ limits: [QuotaResource: Int], id: String) -> JSONValue {
        object(id: id) { .integer(Int64(limits[$0] ?? -1)) }
    }

    /// With what is in use. Nothing is ever reserved: an admission counts from the moment it is on disk.
    static func detail(_ limits: [QuotaResource: Int], usage: [QuotaResource: Int], id: String) -> JSONValue {
        object(id: id) { resource in
            [
                "limit": .integer(Int64(limits[resource] ?? -1)), "in_use": .integer(Int64(usage[resource] ?? 0)),
                "reserved": 0,
            ]
        }
    }

    private static func object(id: String, _ value: (QuotaResource) -> JSONValue) -> JSONValue {
        var members: OrderedDictionary<String, JSONValue> = [:]
        for resource in QuotaResource.allCases { members[resource.rawValue] = value(resource) }
        members["id"] = .string(id)
        return .object(members)
    }
}
