import API
import Engine
import OrderedCollections

/// The loaded providers as users see them.
struct ProviderDirectory: API.ProviderRegistry {
    let registry: Engine.ProviderRegistry

    var providers: [ProviderDescription] { registry.providers.map(description) }

    func provider(_ id: String) -> ProviderDescription? { registry[id].map(description) }

    private func description(_ provider: Provider) -> ProviderDescription {
        let schemas = provider.plugins.map { type, plugin in
            let schemas = plugin.schemas(for: type)
            return (
                type,
                ResourceSchemas(
                    options: schemas.options, restore: schemas.restore, verify: schemas.verify,
                    savedInfo: schemas.savedInfo)
            )
        }
        return ProviderDescription(
            id: provider.id, name: provider.name, description: provider.description,
            schemas: OrderedDictionary(uniqueKeysWithValues: schemas))
    }
}
