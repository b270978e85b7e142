package import PluginKit
package import Protection

/// Takes resources of all types and does nothing for them: `karbor-noop-protection-plugin`, for trying out.
package struct NoOperationPlugin: ProtectionPlugin {
    package static let name = "karbor-noop-protection-plugin"

    package init() {}

    package var resourceTypes: [ResourceType] { ResourceType.all }
    package var takesLeavesOnly: Bool { true }
    package func schemas(for type: ResourceType) -> ResourceSchemas { ResourceSchemas() }
    package func hooks(for kind: OperationKind, of type: ResourceType) -> (any ResourceHooks)? { nil }
}
