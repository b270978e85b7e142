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
                uniqueKeysWithValues: provider.schemas.map { ($0.key.rawValue, schema($0.value)) }))
    }
}
