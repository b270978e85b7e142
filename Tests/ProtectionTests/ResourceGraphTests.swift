import Protection
import TestSupport
import Testing

@Suite struct ResourceGraphTests {
    @Test func `everything that belongs to a plan's resources is in the graph, each after its children`() async throws {
        let graph = try await ResourceGraph.build(from: [.server("s1"), .volume("v3")]) { resource in
            switch resource.id {
            case "s1": [.volume("v1"), .volume("v2")]
            default: []
            }
        }
        #expect(graph.nodes.map(\.id) == ["v1", "v2", "s1", "v3"])
        #expect(graph.children == [[], [], [0, 1], []])
        #expect(
            graph.children(of: Resource.server("s1").key) == [Resource.volume("v1").key, Resource.volume("v2").key])
        #expect(graph.children(of: Resource.server("v1").key).isEmpty)
    }

    @Test func `what the plan lists and what also belongs to something else in it is no root`() async throws {
        let graph = try await ResourceGraph.build(from: [.volume("v1"), .server("s1")]) { resource in
            resource.type == .server ? [.volume("v1"), .volume("v1")] : []
        }
        #expect(graph.nodes.map(\.id) == ["v1", "s1"])
        #expect(graph.children == [[], [0]])
    }

    @Test func `type and id make a resource, so equal ids of two types are two, and a new name is none`() async throws {
        let plan = [
            Resource.volume("v", name: "first"), .volume("v", name: "renamed"),
            Resource(type: .network, id: "p", name: ""),
        ]
        let graph = try await ResourceGraph.build(from: plan + [Resource(type: .project, id: "p", name: "")]) {
            resource in
            resource.type == .project ? [Resource(type: .network, id: "p", name: ""), .volume("v", name: "found")] : []
        }
        #expect(graph.nodes.map(\.name) == ["first", "", ""])
        #expect(graph.nodes.map(\.type) == [.volume, .network, .project])
    }

    @Test func `the plan's value of a resource wins over one that was found`() async throws {
        let asked = Resource.volume("v", name: "as listed", extraInfo: ["a": 1])
        let graph = try await ResourceGraph.build(from: [.server("s"), asked]) { resource in
            resource.type == .server ? [.volume("v", name: "as found", extraInfo: ["a": 2])] : []
        }
        #expect(graph.nodes.first == asked)
    }

    @Test func `extra information that came as text is a value in the graph`() async throws {
        let plan = [
            Resource.volume("1", extraInfo: #"{"availability_zone": "nova"}"#), .volume("2", extraInfo: "no JSON"),
            .volume("3", extraInfo: "[1]"), .volume("4"),
        ]
        let graph = try await ResourceGraph.build(from: plan) { _ in [] }
        #expect(graph.nodes.map(\.extraInfo) == [["availability_zone": "nova"], "no JSON", "[1]", nil])
    }

    @Test func `a cycle is named all the way round, without what only leads to it`() async throws {
        let next = ["a": "b", "b": "c", "c": "d", "d": "b"]
        await #expect(throws: ResourceGraphError.cycle(["b", "c", "d", "b"].map { Resource.volume($0).key })) {
            _ = try await ResourceGraph.build(from: [.volume("x"), .volume("a")]) { resource in
                next[resource.id].map { [.volume($0)] } ?? []
            }
        }
        await #expect(throws: ResourceGraphError.cycle([Resource.volume("a").key, Resource.volume("a").key])) {
            _ = try await ResourceGraph.build(from: [.volume("a")]) { _ in [.volume("a")] }
        }
        #expect(
            "\(ResourceGraphError.cycle([Resource.server("s").key, Resource.volume("v").key, Resource.server("s").key]))"
                .hasSuffix("OS::Nova::Server#s -> OS::Cinder::Volume#v -> OS::Nova::Server#s"))
    }

    /// 2 to the 60th ways lead down the ladder.
    @Test func `a resource that belongs to many is asked once`() async throws {
        var asked = 0
        let graph = try await ResourceGraph.build(from: [.volume("0a"), .volume("0b")]) { resource in
            asked += 1
            let layer = (Int(resource.id.dropLast()) ?? 0) + 1
            return layer < 60 ? [.volume("\(layer)a"), .volume("\(layer)b")] : []
        }
        #expect(asked == 120)
        #expect(graph.nodes.count == 120)
        #expect(try ResourceGraph(packed: graph.packed).nodes.count == 120)
    }

    @Test func `a chain of 100,000 needs no stack, and 100,000 children of one no more than time`() async throws {
        let chain = try await ResourceGraph.build(from: [.volume("0")]) { resource in
            let next = (Int(resource.id) ?? 0) + 1
            return next < 100_000 ? [.volume("\(next)")] : []
        }
        #expect(chain.nodes.map(\.id) == (0..<100_000).reversed().map(String.init))
        let wide = try await ResourceGraph.build(from: [.server("s")]) { resource in
            resource.type == .server ? (0..<100_000).map { .volume("\($0)") } : []
        }
        #expect(wide.children[100_000] == Array(0..<100_000))
    }

    @Test func `a plugin that finds ever more is stopped`() async throws {
        var count = 0
        await #expect(throws: ResourceGraphError.tooManyResources(limit: 50)) {
            _ = try await ResourceGraph.build(from: [.volume("0")], limit: 50) { _ in
                count += 1
                return [.volume("\(count)")]
            }
        }
        #expect(count == 50)
    }

    @Test func `what the question throws comes out`() async throws {
        struct Outage: Error {}
        await #expect(throws: Outage.self) {
            _ = try await ResourceGraph.build(from: [.volume("0")]) { _ in throw Outage() }
        }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `the graph of random resources holds exactly what can be reached, and survives the bank`(seed: UInt64)
        async throws
    {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...30, using: &random)
        // Edges lead from smaller to greater numbers only: no cycle.
        let children: [[Int]] = (0..<count).map { parent in
            (parent + 1..<count).filter { _ in Int.random(in: 0..<6, using: &random) == 0 }.shuffled(using: &random)
        }
        let start = (0..<count).filter { _ in Bool.random(using: &random) }.shuffled(using: &random)
        var reached = Set(start)
        for parent in 0..<count where reached.contains(parent) { reached.formUnion(children[parent]) }

        let graph = try await ResourceGraph.build(from: start.map { .volume("\($0)", extraInfo: ["n": 1]) }) {
            resource in
            children[Int(resource.id) ?? 0].map { .volume("\($0)", extraInfo: ["found": true]) }
        }

        let numbers = graph.nodes.compactMap { Int($0.id) }
        #expect(Set(numbers) == reached && numbers.count == reached.count)
        for (index, number) in numbers.enumerated() {
            #expect(graph.children[index].map { numbers[$0] } == children[number])
            #expect(graph.children[index].allSatisfy { $0 < index })
            #expect(graph.nodes[index].extraInfo == (start.contains(number) ? ["n": 1] : ["found": true]))
        }

        let unpacked = try ResourceGraph(packed: graph.packed)
        #expect(unpacked.nodes == graph.nodes)
        #expect(unpacked.children == graph.children)
        #expect(unpacked.packed == graph.packed)
    }
}

extension Resource {
    static func volume(_ id: String, name: String = "", extraInfo: JSONValue = .null) -> Resource {
        Resource(type: .volume, id: id, name: name, extraInfo: extraInfo)
    }

    static func server(_ id: String, name: String = "") -> Resource {
        Resource(type: .server, id: id, name: name)
    }
}
