/// The resources of an operation, and which of them belong to which: a server's volumes, a project's servers.
///
/// Every resource is in it once, however many others it belongs to, and it has no cycle. It is made by walking from a
/// plan's resources, or read from a bank; it never changes.
package struct ResourceGraph: Sendable, Equatable {
    /// All resources, each after its children. Their extra information is a value here, never text that holds one.
    package let nodes: [Resource]
    /// For each node its children, in the order in which they were found. All are places in `nodes`.
    package let children: [[Int]]
    /// Whose extra information a bank keeps as JSON text; Karbor does for what a plan lists, not for what it finds.
    let textual: Set<ResourceKey>
    private let indices: [ResourceKey: Int]

    /// For `ResourceGraphWalk`, which sees to the order and that there is no cycle.
    init(nodes: [Resource], children: [[Int]], textual: Set<ResourceKey>) {
        self.nodes = nodes
        self.children = children
        self.textual = Set(nodes.lazy.filter { !$0.extraInfo.isNull }.map(\.key)).intersection(textual)
        indices = Dictionary(zip(nodes.map(\.key), nodes.indices), uniquingKeysWith: { first, _ in first })
    }

    /// The most resources that one graph takes, unless a caller says otherwise.
    package static let usualLimit = 250_000

    /// Walks from a plan's resources to all that belong to them. `dependents` is asked once for each resource.
    ///
    /// Of several resources with the same type and id the plan's counts, and of those the first. Throws what
    /// `dependents` throws, and `ResourceGraphError` for a cycle or for more resources than `limit`.
    nonisolated(nonsending) package static func build(
        from plan: [Resource], limit: Int = usualLimit, dependents: (Resource) async throws -> [Resource]
    ) async throws -> ResourceGraph {
        var walk = try ResourceGraphWalk(from: plan, limit: limit)
        while let resource = try walk.next() {
            try walk.found(await dependents(resource))
        }
        return walk.graph(textual: Set(plan.map(\.key)))
    }

    /// What belongs directly to a resource; nothing for one that is not in the graph.
    package func children(of key: ResourceKey) -> [ResourceKey] {
        guard let index = indices[key] else { return [] }
        return children[index].map { nodes[$0].key }
    }
}
