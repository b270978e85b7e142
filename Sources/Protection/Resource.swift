/// Something of the user's that can be protected: a volume, a server, an image.
package struct Resource: Sendable, Equatable {
    package var type: ResourceType
    package var id: String
    package var name: String
    /// What the plugins of its type remember about it. An object where it was discovered; a plan keeps it as JSON text.
    package var extraInfo: JSONValue

    package init(type: ResourceType, id: String, name: String, extraInfo: JSONValue = .null) {
        self.type = type
        self.id = id
        self.name = name
        self.extraInfo = extraInfo
    }

    package var key: ResourceKey { ResourceKey(type: type, id: id) }
}
