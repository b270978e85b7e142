package import OrderedCollections
package import Protection

/// A provider as users see it: made once, when it is loaded.
package struct ProviderDescription: Sendable {
    package let id: String
    package let name: String
    package let description: String
    /// The types it can protect, in the order to list them in.
    package let schemas: OrderedDictionary<ResourceType, ResourceSchemas>

    package init(
        id: String, name: String, description: String, schemas: OrderedDictionary<ResourceType, ResourceSchemas>
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.schemas = schemas
    }
}
