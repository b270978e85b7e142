/// What a resource is known by: type and id. Its name may change meanwhile, so it is no part of the identity.
package struct ResourceKey: Hashable, Sendable, CustomStringConvertible {
    package var type: ResourceType
    package var id: String

    package init(type: ResourceType, id: String) {
        self.type = type
        self.id = id
    }

    /// `OS::Cinder::Volume#<id>`, as reasons and parameters name it.
    package var description: String { "\(type)#\(id)" }
}
