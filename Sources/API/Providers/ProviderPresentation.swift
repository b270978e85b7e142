import Engine
import OrderedCollections
import Protection

/// A provider as Karbor's API shows it, and beside its three schemas the one that Karbor forgot: `verify_schema`.
enum ProviderPresentation {
    static func object(_ provider: ProviderDescription) -> JSONValue {
        [
            "id": .string(provider.id), "name": .string(provider.name), "description": .string(provider.description),
            "extended_info_schema": [
                "options_schema": schemas(provider, \.options), "restore_schema": schemas(provider, \.restore),
                "saved_info_schema": schemas(provider, \.savedInfo), "verify_schema": schemas(provider, \.verify),
            ],
        ]
    }

    private static func schemas(_ provider: ProviderDescription, _ schema: (ResourceSchemas) -> JSONValue) -> JSONValue
    {
        .object(
            OrderedDictionary(
                uniqueKeysWithValues: provider.schemas.map { ($0.key.rawValue, shown(schema($0.value))) }))
    }

    /// What parameters are checked by goes further than what Karbor's schemas say, and clients may read those as they are.
    private static func shown(_ schema: JSONValue) -> JSONValue {
        guard case .object(var members) = schema, case .object(let properties)? = members["properties"] else {
            return schema
        }
        members["properties"] = .object(
            properties.mapValues { property in
                guard case .object(var words) = property else { return property }
                words["format"] = nil
                words["maxLength"] = nil
                return .object(words)
            })
        return .object(members)
    }
}
