import TaskGraph

/// What the state machine must do, said in the slowest and plainest way: every answer is worked out afresh from all that
/// happened so far, by the definitions, with nothing remembered in between.
struct ReferenceRun {
    enum Event {
        case finished(Int, TaskGraphStateMachine.Ending)
        case cancelled
    }

    let count: Int
    let edges: [(from: Int, to: Int)]
    let width: Int
    /// For each node the bits of all nodes that lead to it.
    private let ancestors: [UInt64]
    private var started: [Int] = []
    private var events: [Event] = []

    init(count: Int, edges: [(from: Int, to: Int)], width: Int) {
        self.count = count
        self.edges = edges
        self.width = width
        var ancestors = [UInt64](repeating: 0, count: count)
        for _ in 0..<count {
            for edge in edges { ancestors[edge.to] |= ancestors[edge.from] | 1 << UInt64(edge.from) }
        }
        self.ancestors = ancestors
    }

    var running: [Int] { started.filter { ending(of: $0) == nil } }

    mutating func happened(_ event: Event) { events.append(event) }

    /// The node that must start next, or nil.
    mutating func takeNext() -> Int? {
        guard running.count < width else { return nil }
        let ready = (0..<count).filter { state(of: $0).state == .ready }
        guard let next = ready.min(by: { turn(of: $0) < turn(of: $1) }) else { return nil }
        started.append(next)
        return next
    }

    func state(of node: Int) -> (state: TaskGraphStateMachine.NodeState, cause: Int?) {
        switch ending(of: node) {
        case .succeeded: return (.succeeded, nil)
        case .failed: return (.failed, nil)
        case .cancelled: return (.cancelled, nil)
        case nil: break
        }
        if started.contains(node) { return (.running, nil) }
        for event in events {
            switch event {
            case .cancelled, .finished(_, .cancelled): return (.cancelled, nil)
            case .finished(let failed, .failed):
                let isAncestor = ancestors[node] & 1 << UInt64(failed) != 0
                if isAncestor { return (.skipped, failed) }
            case .finished(_, .succeeded): break
            }
        }
        let predecessors = edges.filter { $0.to == node }.map(\.from)
        return (predecessors.allSatisfy { ending(of: $0) == .succeeded } ? .ready : .waiting, nil)
    }

    private func ending(of node: Int) -> TaskGraphStateMachine.Ending? {
        for case .finished(node, let ending) in events { return ending }
        return nil
    }

    /// When a ready node became so: the event of its last predecessor, and there the place of the edge.
    private func turn(of node: Int) -> (event: Int, place: Int) {
        var last = (event: -1, place: node)
        for (event, what) in events.enumerated() {
            guard case .finished(let predecessor, .succeeded) = what else { continue }
            let places = edges.indices.filter { edges[$0].from == predecessor && edges[$0].to == node }
            if let place = places.last { last = (event, place) }
        }
        return last
    }
}
