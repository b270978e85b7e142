/// A set of tasks and of the order between them, checked: it has no cycle, so every task can get its turn.
///
/// It is made by `TaskGraphBuilder` and never changes. Outside, nodes are known by their id; inside, by their place in
/// `nodes`, so that whatever is counted for each node is an array.
package struct TaskGraph<ID: Hashable & Sendable>: Sendable {
    /// All nodes in the order in which they were added.
    package let nodes: [ID]
    package let topology: TaskGraphTopology
    private let indices: [ID: Int]

    init(nodes: [ID], indices: [ID: Int], topology: TaskGraphTopology) {
        self.nodes = nodes
        self.indices = indices
        self.topology = topology
    }

    /// The place of `id` in `nodes`.
    package func index(of id: ID) -> Int? {
        indices[id]
    }
}
