package import Protection

/// A type of resource that can be protected, and the types that it can bring along.
package struct ProtectableType: Sendable, Equatable {
    package var type: ResourceType
    package var dependentTypes: [ResourceType]

    package init(type: ResourceType, dependentTypes: [ResourceType]) {
        self.type = type
        self.dependentTypes = dependentTypes
    }
}

/// A resource that a caller could protect, and those that depend on it.
package struct ProtectableInstance: Sendable, Equatable {
    package var resource: Resource
    package var dependents: [Resource]

    package init(resource: Resource, dependents: [Resource] = []) {
        self.resource = resource
        self.dependents = dependents
    }
}

/// What there is to protect in the caller's project.
///
/// Contract: a type that is known but has no client yet is `.notImplemented`; an instance that is not there `.notFound`.
package protocol ProtectableService: Sendable {
    /// All known types, in the order to list them in.
    var types: [ProtectableType] { get }
    /// - Parameter parameters: an object of strings and numbers that narrows the search, as its type understands it.
    func instances(of type: ResourceType, parameters: JSONValue, caller: Caller) async throws(ServiceFault)
        -> [ProtectableInstance]
    func instance(_ key: ResourceKey, parameters: JSONValue, caller: Caller) async throws(ServiceFault)
        -> ProtectableInstance
}
