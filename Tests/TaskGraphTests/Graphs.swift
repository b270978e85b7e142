import TaskGraph

/// A graph over 0 ..< `count`.
func graph(_ count: Int, _ edges: [(Int, Int)] = []) throws -> TaskGraph<Int> {
    var builder = TaskGraphBuilder<Int>()
    for node in 0..<count { try builder.addNode(node) }
    for edge in edges { try builder.addEdge(from: edge.0, to: edge.1) }
    return try builder.build()
}

func chain(_ count: Int) throws -> TaskGraph<Int> {
    try graph(count, (1..<count).map { ($0 - 1, $0) })
}

/// Outcomes as words, since errors have no equality.
func word(_ outcome: TaskOutcome<Int>?) -> String {
    switch outcome {
    case .succeeded: "succeeded"
    case .failed(let error): "failed(\(error))"
    case .skipped(let cause): "skipped(\(cause))"
    case .cancelled: "cancelled"
    case nil: "unknown"
    }
}

func words(_ result: TaskGraphResult<Int>) -> [String] {
    result.graph.nodes.map { word(result[$0]) }
}
