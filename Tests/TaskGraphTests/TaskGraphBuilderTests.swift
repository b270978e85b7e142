import TaskGraph
import TestSupport
import Testing

@Suite struct TaskGraphBuilderTests {
    @Test func `nodes keep the order in which they came, and so do the edges of a node`() throws {
        let graph = try Self.graph(nodes: ["c", "a", "b", "d"], edges: [("c", "d"), ("c", "a"), ("a", "b")])
        #expect(graph.nodes == ["c", "a", "b", "d"])
        #expect(graph.index(of: "b") == 2)
        #expect(graph.index(of: "x") == nil)
        #expect(graph.topology.successors(of: 0) == [3, 1])
    }

    @Test func `mistakes are refused where they are made, and leave the builder as it was`() throws {
        var builder = TaskGraphBuilder<String>()
        try builder.addNode("a")
        try builder.addNode("b")
        #expect(throws: TaskGraphError.duplicateNode("a")) { try builder.addNode("a") }
        #expect(throws: TaskGraphError.unknownNode("x")) { try builder.addEdge(from: "x", to: "a") }
        #expect(throws: TaskGraphError.unknownNode("y")) { try builder.addEdge(from: "a", to: "y") }
        #expect(throws: TaskGraphError.selfEdge("b")) { try builder.addEdge(from: "b", to: "b") }
        try builder.addEdge(from: "b", to: "a")
        let graph = try builder.build()
        #expect(graph.nodes == ["a", "b"])
        #expect(graph.index(of: "a") == 0)
        #expect(graph.topology.successors(of: 1) == [0])
    }

    @Test func `a cycle is named from its oldest node all the way round`() {
        // Two ways into the cycle and two out of it: none of them belongs to it.
        let edges = [
            ("in", "c"), ("root", "a"), ("a", "c"), ("c", "b"), ("b", "a"), ("b", "out"), ("c", "behind"),
            ("behind", "out"),
        ]
        #expect(throws: TaskGraphError.cycle(["a", "c", "b", "a"])) {
            try Self.graph(nodes: ["behind", "root", "a", "b", "c", "in", "out"], edges: edges)
        }
        #expect("\(TaskGraphError.cycle(["a", "c", "a"]))" == "cycle: a -> c -> a")
    }

    @Test func `a cycle of 100,000 nodes is found and named`() throws {
        var builder = TaskGraphBuilder<Int>()
        for node in 0..<100_000 { try builder.addNode(node) }
        for node in 0..<100_000 { try builder.addEdge(from: node, to: (node + 1) % 100_000) }
        #expect(throws: TaskGraphError.cycle(Array(0..<100_000) + [0])) { try builder.build() }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `a random graph has a cycle exactly if the one that is named is there`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 2...12, using: &random)
        let edges: [(Int, Int)] = (0..<Int.random(in: 0...(count * 3 / 2), using: &random)).compactMap { _ in
            let edge = (Int.random(in: 0..<count, using: &random), Int.random(in: 0..<count, using: &random))
            return edge.0 == edge.1 ? nil : edge
        }
        do {
            _ = try Self.graph(nodes: Array(0..<count), edges: edges)
            #expect(!Self.hasCycle(count: count, edges: edges))
        } catch TaskGraphError<Int>.cycle(let path) {
            #expect(path.count > 2 && path.first == path.last)
            #expect(Set(path).count == path.count - 1, "a node twice in \(path)")
            for (from, to) in zip(path, path.dropFirst()) {
                #expect(edges.contains { $0 == (from, to) }, "no edge \(from) -> \(to) in \(path)")
            }
        }
    }

    private static func graph<ID>(nodes: [ID], edges: [(ID, ID)]) throws -> TaskGraph<ID> {
        var builder = TaskGraphBuilder<ID>()
        for node in nodes { try builder.addNode(node) }
        for edge in edges { try builder.addEdge(from: edge.0, to: edge.1) }
        return try builder.build()
    }

    /// Whether some node leads to itself, by trying all ways.
    private static func hasCycle(count: Int, edges: [(Int, Int)]) -> Bool {
        var reaches = Set(edges.map { $0.0 * count + $0.1 })
        for middle in 0..<count {
            for from in 0..<count where reaches.contains(from * count + middle) {
                for to in 0..<count where reaches.contains(middle * count + to) { reaches.insert(from * count + to) }
            }
        }
        return (0..<count).contains { reaches.contains($0 * count + $0) }
    }
}
