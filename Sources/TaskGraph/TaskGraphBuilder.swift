/// Collects nodes and edges, and makes the graph of them.
///
/// Mistakes that one call can show are thrown by that call, a cycle by `build()`. After an error the builder is as it
/// was before the call. The same edge may be added again; that changes nothing.
package struct TaskGraphBuilder<ID: Hashable & Sendable>: Sendable {
    private var nodes: [ID] = []
    private var indices: [ID: Int] = [:]
    private var edges: [TaskGraphTopology.Edge] = []

    package init() {}

    /// Makes room for a graph whose size is known.
    package mutating func reserveCapacity(nodes nodeCount: Int, edges edgeCount: Int) {
        nodes.reserveCapacity(nodeCount)
        indices.reserveCapacity(nodeCount)
        edges.reserveCapacity(edgeCount)
    }

    package mutating func addNode(_ id: ID) throws(TaskGraphError<ID>) {
        let index = nodes.count
        guard indices.updateValueIfAbsent(index, for: id) else { throw .duplicateNode(id) }
        nodes.append(id)
    }

    /// `later` starts only when `earlier` has succeeded.
    package mutating func addEdge(from earlier: ID, to later: ID) throws(TaskGraphError<ID>) {
        guard let from = indices[earlier] else { throw .unknownNode(earlier) }
        guard let to = indices[later] else { throw .unknownNode(later) }
        guard from != to else { throw .selfEdge(earlier) }
        edges.append(TaskGraphTopology.Edge(from: from, to: to))
    }

    package func build() throws(TaskGraphError<ID>) -> TaskGraph<ID> {
        let topology = TaskGraphTopology(count: nodes.count, edges: edges)
        if let cycle = topology.cycle() {
            throw .cycle(cycle.map { nodes[$0] })
        }
        return TaskGraph(nodes: nodes, indices: indices, topology: topology)
    }
}

extension Dictionary where Value == Int {
    /// One hashing instead of the two of a look-up and an insertion.
    fileprivate mutating func updateValueIfAbsent(_ value: Int, for key: Key) -> Bool {
        var isNew = false
        func insert(_ slot: inout Int?) {
            guard slot == nil else { return }
            slot = value
            isNew = true
        }
        insert(&self[key])
        return isNew
    }
}
