/// Why a graph could not be built. Each case names the nodes, so that the message can.
package enum TaskGraphError<ID: Hashable & Sendable>: Error, Hashable {
    /// An edge names a node that was not added before it.
    case unknownNode(ID)
    case duplicateNode(ID)
    /// A node that would wait for itself.
    case selfEdge(ID)
    /// The way round: each node waits for the one before it, and the last is the first again.
    case cycle([ID])
}

extension TaskGraphError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownNode(let id): "unknown node \(id)"
        case .duplicateNode(let id): "node \(id) added twice"
        case .selfEdge(let id): "node \(id) waits for itself"
        case .cycle(let path): "cycle: " + path.map { "\($0)" }.joined(separator: " -> ")
        }
    }
}
