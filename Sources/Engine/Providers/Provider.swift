package import OrderedCollections
package import PluginKit
package import Protection

/// A bank and the plugins that keep checkpoints in it, under one id: what a file in `provider_config_dir` describes.
package struct Provider: Sendable {
    package let description: ProviderDescription
    package private(set) var checkpoints: CheckpointCollection
    /// Where daemons that share the bank find each other; nil for a bank that only one can reach.
    package let leases: LeaseCollection?
    /// The plugin of each type; of several for one type the last in the file.
    package let plugins: OrderedDictionary<ResourceType, any ProtectionPlugin>

    package init(
        id: String, name: String, description: String, checkpoints: CheckpointCollection,
        leases: LeaseCollection? = nil, plugins: [any ProtectionPlugin]
    ) {
        var byType: OrderedDictionary<ResourceType, any ProtectionPlugin> = [:]
        for plugin in plugins {
            for type in plugin.resourceTypes { byType[type] = plugin }
        }
        self.checkpoints = checkpoints
        self.leases = leases
        self.plugins = byType
        var schemas: OrderedDictionary<ResourceType, ResourceSchemas> = [:]
        for (type, plugin) in byType { schemas[type] = plugin.schemas(for: type) }
        self.description = ProviderDescription(id: id, name: name, description: description, schemas: schemas)
    }

    package var id: String { description.id }

    func keeping(_ checkpoints: CheckpointCollection) -> Provider {
        var provider = self
        provider.checkpoints = checkpoints
        return provider
    }
}
