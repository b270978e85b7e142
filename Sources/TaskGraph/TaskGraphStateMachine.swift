/// Decides what may run next in a graph. A value: it starts nothing and waits for nothing.
///
/// Whoever drives it takes nodes with `takeNext()` until there are none, reports each with `finished`, and takes again.
/// All of it together is linear in nodes and edges, also when much is skipped.
///
/// Invariants:
/// 1. At most `width` nodes are running.
/// 2. A node becomes ready exactly when its last predecessor has succeeded; ready nodes start in that order (those of
///    the same instant in the order of the edges, those without predecessors in the order of the nodes).
/// 3. Only a running node finishes, and it finishes once.
/// 4. A node is skipped because of the first of its ancestors that failed, and then never starts.
/// 5. Once the run is cancelled no node is waiting or ready: the ones that run are the last.
/// 6. If nothing is running and nothing is ready, every node has ended. (So a run cannot hang: the graph has no cycle.)
///
/// States:
/// - waiting -> ready: `finished(…, .succeeded)` of its last predecessor
/// - ready -> running: `takeNext`
/// - running -> succeeded | failed | cancelled: `finished`
/// - waiting -> skipped: `finished(…, .failed)` of an ancestor
/// - waiting, ready -> cancelled: `cancel`, or a node that finishes as cancelled
package struct TaskGraphStateMachine: Sendable {
    package enum NodeState: UInt8, Sendable {
        case waiting, ready, running, succeeded, failed, skipped, cancelled
    }

    /// How a body ended.
    package enum Ending: Sendable {
        case succeeded, failed, cancelled
    }

    private let topology: TaskGraphTopology
    private let width: Int
    private var states: [NodeState]
    /// For each node how many of the edges towards it have not succeeded yet.
    private var missing: [Int32]
    /// All nodes that ever became ready, in that order. A node does so once, so this needs no ring: the first `taken`
    /// of them have started, the rest is the queue.
    private var readied: [Int32]
    private var taken = 0
    private var running = 0
    private var ended = 0
    /// For a skipped node the one that failed. Empty until something fails.
    private var causes: [Int32] = []
    /// The nodes that ran, in the order in which they ended.
    package private(set) var finishOrder: [Int32] = []

    /// A `width` below 1 counts as 1.
    package init(topology: TaskGraphTopology, width: Int) {
        self.topology = topology
        self.width = max(1, width)
        states = [NodeState](repeating: .waiting, count: topology.count)
        missing = topology.predecessorCounts
        readied = []
        readied.reserveCapacity(topology.count)
        finishOrder.reserveCapacity(topology.count)
        for node in 0..<topology.count where missing[node] == 0 {
            makeReady(node)
        }
    }

    package var isComplete: Bool { ended == topology.count }

    /// How many nodes `takeNext` would hand out now.
    package var startable: Int { min(readied.count - taken, width - running) }

    package func state(of node: Int) -> NodeState { states[node] }

    /// For a skipped node the one whose failure was the reason.
    package func cause(of node: Int) -> Int? {
        states[node] == .skipped ? Int(causes[node]) : nil
    }

    /// The next node to run, which is running from now on; nil if none may start now.
    package mutating func takeNext() -> Int? {
        guard startable > 0 else { return nil }
        let node = Int(readied[taken])
        taken += 1
        running += 1
        states[node] = .running
        return node
    }

    package mutating func finished(_ node: Int, _ ending: Ending) {
        precondition(states[node] == .running, "invariant 3: only a running node finishes")
        running -= 1
        ended += 1
        finishOrder.append(Int32(node))
        switch ending {
        case .succeeded:
            states[node] = .succeeded
            readySuccessors(of: node)
        case .failed:
            states[node] = .failed
            skipDependants(of: node)
        case .cancelled:
            states[node] = .cancelled
            cancel()
        }
    }

    /// Nothing starts any more; what runs is to be finished by its driver. May be called again.
    ///
    /// Linear, but only the first time: afterwards nothing is left that could be stopped.
    package mutating func cancel() {
        guard ended + running < topology.count else { return }
        readied.removeLast(readied.count - taken)
        for node in 0..<topology.count where states[node] == .waiting || states[node] == .ready {
            states[node] = .cancelled
            ended += 1
        }
    }

    private mutating func makeReady(_ node: Int) {
        states[node] = .ready
        readied.append(Int32(node))
    }

    private mutating func readySuccessors(of node: Int) {
        for successor in topology.successors(of: node) {
            let successor = Int(successor)
            missing[successor] -= 1
            if missing[successor] == 0, states[successor] == .waiting { makeReady(successor) }
        }
    }

    /// Each node is put on the stack at most once in a run, so all failures together look at each edge once.
    private mutating func skipDependants(of failed: Int) {
        if causes.isEmpty { causes = [Int32](repeating: -1, count: topology.count) }
        var stack = [Int32(failed)]
        while let node = stack.popLast() {
            for successor in topology.successors(of: Int(node)) where states[Int(successor)] == .waiting {
                states[Int(successor)] = .skipped
                causes[Int(successor)] = Int32(failed)
                ended += 1
                stack.append(successor)
            }
        }
    }
}
