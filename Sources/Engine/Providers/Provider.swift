package import OrderedCollections
package import PluginKit
package import Protection

/// A bank and the plugins that keep checkpoints in it, under one id: what a file in `provider_config_dir` describes.
package struct Provider: Sendable {
    package let id: String
    package let name: String
    package let description: String
    package let checkpoints: CheckpointCollection
    /// The plugin of each type; of several for one type the last in the file.
    package let plugins: OrderedDictionary<ResourceType, any ProtectionPlugin>

    package init(
        id: String, name: String, description: String, checkpoints: CheckpointCollection,
        plugins: [any ProtectionPlugin]
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.checkpoints = checkpoints
        var byType: OrderedDictionary<ResourceType, any ProtectionPlugin> = [:]
        for plugin in plugins {
            for type in plugin.resourceTypes { byType[type] = plugin }
        }
        self.plugins = byType
    }
}
