package import OpenStack
package import OrderedCollections
package import Protection

/// Finds the resources of one type that a user has.
package protocol ProtectablePlugin: Sendable {
    var type: ResourceType { get }
    /// The types whose resources it may find dependents of.
    var parentTypes: [ResourceType] { get }
    /// All that can be protected, of the caller's project.
    func list(_ clients: ClientFactory, parameters: OrderedDictionary<String, JSONValue>) async throws -> [Resource]
    /// Throws `ProtectableFault` where there is none, or its status does not allow protection.
    func show(
        _ id: String, _ clients: ClientFactory, parameters: OrderedDictionary<String, JSONValue>
    ) async throws -> Resource
    /// Those of this type that depend on `parent`: the volumes of a server.
    func dependents(of parent: Resource, _ clients: ClientFactory) async throws -> [Resource]
}

package enum ProtectableFault: Error, Sendable, Equatable {
    case notFound(id: String, reason: String)
    case invalidStatus(id: String, status: String)
}
