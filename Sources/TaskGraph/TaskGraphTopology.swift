/// The edges of a graph over the dense indices 0 ..< `count`, in the form in which they are read fastest.
///
/// The successors of all nodes lie one after another in one array, so that a graph of 100,000 nodes costs three
/// allocations and a walk over it runs through memory in one direction. An edge may appear more than once: it is then
/// counted as often on both of its ends, which comes to the same as once.
package struct TaskGraphTopology: Sendable {
    package struct Edge: Sendable {
        package var from: Int32
        package var to: Int32

        package init(from: Int, to: Int) {
            self.from = Int32(from)
            self.to = Int32(to)
        }
    }

    /// For each node how many edges lead to it.
    package let predecessorCounts: [Int32]
    /// Where the successors of each node begin in `allSuccessors`; one entry more than there are nodes.
    private let starts: [Int32]
    private let allSuccessors: [Int32]

    package var count: Int { predecessorCounts.count }

    /// The edges keep their order: a node's successors come in the order in which the edges were given.
    package init(count: Int, edges: [Edge]) {
        var predecessorCounts = [Int32](repeating: 0, count: count)
        var starts = [Int32](repeating: 0, count: count + 1)
        for edge in edges {
            predecessorCounts[Int(edge.to)] += 1
            starts[Int(edge.from) + 1] += 1
        }
        for node in 0..<count {
            starts[node + 1] += starts[node]
        }
        var places = starts
        var allSuccessors = [Int32](repeating: 0, count: edges.count)
        for edge in edges {
            let from = Int(edge.from)
            allSuccessors[Int(places[from])] = edge.to
            places[from] += 1
        }
        self.predecessorCounts = predecessorCounts
        self.starts = starts
        self.allSuccessors = allSuccessors
    }

    package func successors(of node: Int) -> ArraySlice<Int32> {
        allSuccessors[Int(starts[node])..<Int(starts[node + 1])]
    }

    /// A way round, first node repeated at the end, or nil if the graph has none. Linear, and without recursion.
    package func cycle() -> [Int]? {
        let blocked = blockedNodes()
        guard !blocked.isEmpty else { return nil }

        // Whatever is blocked waits for something blocked, so going backwards must come round.
        var waitsFor = [Int32](repeating: -1, count: count)
        for node in blocked {
            for successor in successors(of: node) {
                waitsFor[Int(successor)] = Int32(node)
            }
        }
        var place = [Int: Int]()
        var path = [Int]()
        var node = blocked[0]
        while place[node] == nil {
            place[node] = path.count
            path.append(node)
            node = Int(waitsFor[node])
        }
        path.removeFirst(place[node] ?? 0)
        return Self.forwards(path)
    }

    /// The nodes that could never start: those on a cycle and those behind one.
    private func blockedNodes() -> [Int] {
        var missing = predecessorCounts
        var free = (0..<count).filter { missing[$0] == 0 }
        var freed = 0
        while let node = free.popLast() {
            freed += 1
            for successor in successors(of: node) {
                missing[Int(successor)] -= 1
                if missing[Int(successor)] == 0 { free.append(Int(successor)) }
            }
        }
        return freed == count ? [] : (0..<count).filter { missing[$0] > 0 }
    }

    /// Turns a way that was found backwards, and begins it at its oldest node: the same graph gives the same path.
    private static func forwards(_ backwards: [Int]) -> [Int] {
        let path = Array(backwards.reversed())
        let oldest = path.indices.min { path[$0] < path[$1] } ?? 0
        return Array(path[oldest...] + path[..<oldest]) + [path[oldest]]
    }
}
