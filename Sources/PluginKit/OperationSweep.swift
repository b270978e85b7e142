package import Protection

/// The last look of an operation at what it made in other services: what is surplus goes.
///
/// Runs once for each operation and plugin, not for each resource, when the work has ended, well or badly, and nothing that
/// was asked for can happen any more. So a request that a proxy sent twice, or one that was taken for lost and was done after
/// all, leaves one thing and not two. An operation that left nothing over costs the lists that `find` reads.
package protocol OperationSweep: Sendable {
    /// What steps are known to have made and the operation does not keep. Asks nobody.
    func known(_ context: SweepContext) throws -> [Leaving]

    /// All that carries the operation's mark, but for what it keeps. One list a collection, read no farther than needed.
    ///
    /// Bare calls of a client: what may pass is ridden out around it.
    func find(_ context: SweepContext) async throws -> [Leaving]

    /// Returns when it is gone. Called for several at once, as wide as an operation is, and more than once for one.
    func remove(_ leaving: Leaving, _ context: SweepContext) async throws
}

/// Something in another service that an operation made and does not need.
package struct Leaving: Sendable, Hashable, CustomStringConvertible {
    /// The resource for which it was made: under its name it is told if it cannot be removed.
    package var resource: ResourceKey
    /// In the plugin's own word, which users read: `backup`.
    package var kind: String
    package var id: String

    package init(resource: ResourceKey, kind: String, id: String) {
        self.resource = resource
        self.kind = kind
        self.id = id
    }

    package var description: String { "\(kind) \(id)" }
}
