package import Protection

/// Protects, restores, verifies and deletes the resources of one or more types.
///
/// One object serves all operations of a provider at the same time, so it keeps nothing about any of them: what an operation
/// needs is in the `ResourceContext` that every hook gets.
package protocol ProtectionPlugin: Sendable {
    /// Its name in a provider file, such as `karbor-volume-protection-plugin`.
    static var name: String { get }
    var resourceTypes: [ResourceType] { get }
    /// True where it does nothing for its resources: they are then not looked for as dependents of others.
    var takesLeavesOnly: Bool { get }
    func schemas(for type: ResourceType) -> ResourceSchemas
    /// What it does for a resource of one of its types; nil where it has nothing to do in such an operation.
    func hooks(for kind: OperationKind, of type: ResourceType) -> (any ResourceHooks)?
    /// How what such an operation made is looked over at its end; nil where it makes nothing outside the bank.
    func sweep(for kind: OperationKind) -> (any OperationSweep)?
}

extension ProtectionPlugin {
    package var takesLeavesOnly: Bool { false }
    package func sweep(for kind: OperationKind) -> (any OperationSweep)? { nil }
}
