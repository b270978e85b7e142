import Keystone
import OpenStack
import PluginKit
import Protection

/// Asks the protectable plugins for what depends on a resource.
struct DependentsWalk: Sendable {
    let provider: Provider
    let protectables: [any ProtectablePlugin]
    let clients: ClientFactory

    /// Children whose plugin does nothing for them are not looked for: those of a no-op provider are all leaves.
    func dependents(of resource: Resource) async throws -> [Resource] {
        var found: [Resource] = []
        for protectable in protectables where protectable.parentTypes.contains(resource.type) {
            if let plugin = provider.plugins[protectable.type], plugin.takesLeavesOnly { continue }
            found += try await protectable.dependents(of: resource, clients)
        }
        return found
    }
}
