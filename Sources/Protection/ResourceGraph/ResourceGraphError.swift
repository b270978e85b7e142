/// Why there is no graph of these resources.
package enum ResourceGraphError: Error, Equatable {
    /// The way round: each resource depends on the one before it, and the last is the first again.
    case cycle([ResourceKey])
    /// More resources than one operation takes: a plan that is too large, or a plugin that finds ever new ones.
    case tooManyResources(limit: Int)
    /// The text in the bank is no packed graph.
    case malformed(String)
}

extension ResourceGraphError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cycle(let path):
            "the resources depend on each other in a cycle: " + path.map(\.description).joined(separator: " -> ")
        case .tooManyResources(let limit): "there are more than \(limit) resources"
        case .malformed(let reason): "the stored resource graph cannot be read: \(reason)"
        }
    }
}
