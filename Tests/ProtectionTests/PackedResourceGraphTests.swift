import Protection
import TestSupport
import Testing

@Suite struct PackedResourceGraphTests {
    /// As Karbor 1.6.0 wrote it: a volume that its plan lists.
    private static let listed =
        #"[{"0x0": ["OS::Cinder::Volume", "248066a4-b709-4412-82a6-767fb45efcc8", "data-1", "{\"availability_zone\": \"nova\"}"]}, []]"#
    /// A server from a plan and the volumes that were found at it.
    private static let found =
        #"[{"0x0": ["OS::Cinder::Volume", "v1", "\u00e9", {"availability_zone": "az1"}], "0x1": ["OS::Cinder::Volume", "v2", "", {"availability_zone": "az1"}], "0x2": ["OS::Nova::Server", "s1", "web", null]}, [["0x2", ["0x0", "0x1"]]]]"#

    @Test(arguments: [listed, found, "[{}, []]"])
    func `what Karbor wrote is written again byte for byte`(packed: String) throws {
        #expect(try ResourceGraph(packed: packed).packed == packed)
    }

    @Test func `what Karbor wrote is read as it was meant`() throws {
        let one = try ResourceGraph(packed: Self.listed)
        #expect(
            one.nodes == [
                Resource(
                    type: .volume, id: "248066a4-b709-4412-82a6-767fb45efcc8", name: "data-1",
                    extraInfo: ["availability_zone": "nova"])
            ])

        let three = try ResourceGraph(packed: Self.found)
        #expect(three.nodes.map(\.name) == ["é", "", "web"])
        #expect(three.nodes.map(\.extraInfo) == [["availability_zone": "az1"], ["availability_zone": "az1"], nil])
        #expect(three.children == [[], [], [0, 1]])
    }

    @Test func `ours is written as Karbor writes it: listed ones with text, found ones with an object`() async throws {
        let one = try await ResourceGraph.build(from: [
            .volume("248066a4-b709-4412-82a6-767fb45efcc8", name: "data-1", extraInfo: ["availability_zone": "nova"])
        ]) { _ in [] }
        #expect(one.packed == Self.listed)

        let three = try await ResourceGraph.build(from: [.server("s1", name: "web")]) { resource in
            guard resource.type == .server else { return [] }
            return [("v1", "é"), ("v2", "")].map { .volume($0.0, name: $0.1, extraInfo: ["availability_zone": "az1"]) }
        }
        #expect(three.packed == Self.found)
    }

    @Test func `node ids are hexadecimal, and children come before parents`() async throws {
        let graph = try await ResourceGraph.build(from: [.server("s")]) { resource in
            resource.type == .server ? (0..<16).map { .volume("\($0)") } : []
        }
        #expect(graph.packed.contains(#""0xf": ["OS::Cinder::Volume", "15", "", null], "0x10": ["OS::Nova::Server""#))
        #expect(graph.packed.hasSuffix(#""0xe", "0xf"]]]]"#))
    }

    @Test func `nodes of three elements, nodes without a name and other orders are read`() throws {
        let graph = try ResourceGraph(
            packed: #"""
                [ {"top": ["OS::Nova::Server", "s", null], "x": ["OS::Cinder::Volume", "v", "n"], "alone": ["OS::Glance::Image", "i", "", null]},
                  [["top", ["mid"]], ["mid", ["x", "x"]]] ]
                """#.replacing("\"alone\"", with: "\"mid\": [\"OS::Kubernetes::Pod\", \"p\", \"\"], \"alone\""))
        #expect(graph.nodes.map(\.id) == ["v", "p", "s", "i"])
        #expect(graph.children == [[], [0], [1], []])
    }

    @Test func `a resource that is there under two names is one, with the children of both`() throws {
        let graph = try ResourceGraph(
            packed: #"""
                [{"0x0": ["OS::Cinder::Volume", "v1", ""], "0x1": ["OS::Nova::Server", "s", "old"],
                  "0x2": ["OS::Cinder::Volume", "v2", ""], "0x3": ["OS::Nova::Server", "s", "new"]},
                 [["0x1", ["0x0"]], ["0x3", ["0x0", "0x2"]]]]
                """#)
        #expect(graph.nodes.map(\.id) == ["v1", "v2", "s"])
        #expect(graph.nodes.map(\.name) == ["", "", "old"])
        #expect(graph.children == [[], [], [0, 1]])
    }

    @Test(arguments: [
        "", "nonsense", "null", "{}", "[]", "[{}]", "[{}, [], []]", "[[], {}]", "[{}, {}]", #"[{"a": 1}, []]"#,
        #"[{"a": []}, []]"#, #"[{"a": ["t", "i"]}, []]"#, #"[{"a": ["t", "i", "n", null, null]}, []]"#,
        #"[{"a": ["t", 1, "n"]}, []]"#, #"[{"a": [null, "i", "n"]}, []]"#, #"[{"a": ["t", "i", 5]}, []]"#,
        #"[{"a": ["t", "i", "n", 1]}, []]"#, #"[{"a": ["t", "i", "n", []]}, []]"#,
        #"[{"a": ["t", "i", "n"]}, [["a"]]]"#, #"[{"a": ["t", "i", "n"]}, [["a", "a"]]]"#,
        #"[{"a": ["t", "i", "n"]}, [["b", ["a"]]]]"#, #"[{"a": ["t", "i", "n"]}, [["a", ["b"]]]]"#,
        #"[{"a": ["t", "i", "n"]}, [["a", [1]]]]"#, #"[{"a": ["t", "i", "n"]}, [1]]"#,
        #"[{"a": ["t", "i", "n"], "b": ["t", "j", "n"]}, [["a", ["b"]], ["a", []]]]"#,
    ])
    func `what is no packed graph is refused with a reason`(packed: String) throws {
        let error = try #require(throws: ResourceGraphError.self) { try ResourceGraph(packed: packed) }
        guard case .malformed(let reason) = error else { throw error }
        #expect(!reason.isEmpty)
    }

    @Test func `a cycle in the bank is named`() {
        let packed = #"[{"a": ["t", "i", ""], "b": ["t", "j", ""]}, [["a", ["b"]], ["b", ["a"]]]]"#
        let keys = ["i", "j", "i"].map { ResourceKey(type: ResourceType(rawValue: "t"), id: $0) }
        #expect(throws: ResourceGraphError.cycle(keys)) { try ResourceGraph(packed: packed) }
    }

    @Test func `more resources than the limit are refused`() {
        #expect(throws: ResourceGraphError.tooManyResources(limit: 2)) {
            try ResourceGraph(packed: Self.found, limit: 2)
        }
    }

    @Test func `deep graphs come back from the bank`() async throws {
        let chain = try await ResourceGraph.build(from: [.volume("0")]) { resource in
            let next = (Int(resource.id) ?? 0) + 1
            return next < 10_000 ? [.volume("\(next)")] : []
        }
        #expect(try ResourceGraph(packed: chain.packed) == chain)
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `whatever the bank holds, the answer is an error or a graph that can be written and read`(seed: UInt64) throws
    {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            var bytes = Array((Bool.random(using: &random) ? Self.found : Self.listed).utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) { bytes.damage(using: &random) }
            do throws(ResourceGraphError) {
                let graph = try ResourceGraph(packed: String(decoding: bytes, as: UTF8.self))
                #expect(try ResourceGraph(packed: graph.packed).nodes == graph.nodes)
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }
}
