/// How every node of a graph ended.
package struct TaskGraphResult<ID: Hashable & Sendable>: Sendable {
    package let graph: TaskGraph<ID>
    private let machine: TaskGraphStateMachine
    private let errors: [Int: any Error]

    init(graph: TaskGraph<ID>, machine: TaskGraphStateMachine, errors: [Int: any Error]) {
        self.graph = graph
        self.machine = machine
        self.errors = errors
    }

    /// The outcome of a node; nil for an id that is not in the graph.
    package subscript(id: ID) -> TaskOutcome<ID>? {
        graph.index(of: id).map(outcome)
    }

    /// The outcome of the node at this place in `graph.nodes`.
    package func outcome(at index: Int) -> TaskOutcome<ID> {
        switch machine.state(of: index) {
        case .succeeded: return .succeeded
        case .failed: return errors[index].map { .failed($0) } ?? .cancelled
        case .skipped: return machine.cause(of: index).map { .skipped(because: graph.nodes[$0]) } ?? .cancelled
        case .cancelled: return .cancelled
        case .waiting, .ready, .running: preconditionFailure("a result is made when every node has ended")
        }
    }

    /// What failed, in the order in which it did.
    package var failures: [(id: ID, error: any Error)] {
        machine.finishOrder.compactMap { index in
            errors[Int(index)].map { (graph.nodes[Int(index)], $0) }
        }
    }

    /// Whether every node succeeded.
    package var isSuccess: Bool {
        graph.nodes.indices.allSatisfy { machine.state(of: $0) == .succeeded }
    }
}
