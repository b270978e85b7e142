package import OrderedCollections
package import Protection

/// What a provider does with one type of resource: JSON schemas of the parameters it takes and of what it saves.
///
/// An empty object takes anything.
package struct ResourceSchemas: Sendable, Equatable {
    package var options: JSONValue
    package var restore: JSONValue
    package var verify: JSONValue
    package var savedInfo: JSONValue

    package init(
        options: JSONValue = [:], restore: JSONValue = [:], verify: JSONValue = [:], savedInfo: JSONValue = [:]
    ) {
        self.options = options
        self.restore = restore
        self.verify = verify
        self.savedInfo = savedInfo
    }
}

/// A provider as users see it.
package struct ProviderDescription: Sendable, Equatable {
    package var id: String
    package var name: String
    package var description: String
    /// The types it can protect, in the order to list them in.
    package var schemas: OrderedDictionary<ResourceType, ResourceSchemas>

    package init(
        id: String, name: String, description: String, schemas: OrderedDictionary<ResourceType, ResourceSchemas>
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.schemas = schemas
    }
}

/// The providers that were loaded at start. They do not change while the daemon runs.
package protocol ProviderRegistry: Sendable {
    /// In any order.
    var providers: [ProviderDescription] { get }
    func provider(_ id: String) -> ProviderDescription?
}
