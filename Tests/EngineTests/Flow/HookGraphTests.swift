import Loop
import Protection
import TaskGraph
import TestSupport
import Testing

@testable import Engine

@Suite struct HookGraphTests {
    @Test func `a server and its volume go through their hooks in Karbor's order`() async throws {
        let graph = try await Self.graph(from: ["server"], ["server": ["volume"]])
        let ended = Locked<[HookID]>([])
        _ = await TaskGraphRunner(width: 1).run(try graph.hookGraph()) { hook in ended.withLock { $0.append(hook) } }
        #expect(
            ended.withLock { $0 }.map(Self.name) == [
                "on_prepare_begin server", "on_prepare_begin volume", "on_prepare_finish volume", "on_main volume",
                "on_prepare_finish server", "on_complete volume", "on_main server", "on_complete server",
            ])
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `in random graphs every hook waits for exactly what it must`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...12, using: &random)
        var children: [String: [String]] = [:]
        for parent in 0..<count {
            let found = (parent + 1..<count).filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
            children["\(parent)"] = found.map(String.init)
        }
        let hooks = try await Self.graph(from: (0..<count).map(String.init), children).hookGraph()

        var expected: Set<String> = []
        for (parent, found) in children {
            expected.formUnion(
                zip(ResourceHook.allCases, ResourceHook.allCases.dropFirst())
                    .map { "\($0.rawValue) \(parent) before \($1.rawValue) \(parent)" })
            for child in found {
                expected.insert("on_prepare_begin \(parent) before on_prepare_begin \(child)")
                expected.insert("on_prepare_finish \(child) before on_prepare_finish \(parent)")
                expected.insert("on_complete \(child) before on_complete \(parent)")
            }
        }
        let found = hooks.nodes.indices.flatMap { hook in
            hooks.topology.successors(of: hook).map {
                "\(Self.name(hooks.nodes[hook])) before \(Self.name(hooks.nodes[Int($0)]))"
            }
        }
        #expect(hooks.nodes.count == count * 4)
        #expect(Set(found) == expected)
        #expect(found.count == expected.count)
    }

    @Test func `a failed resource takes with it what it belongs to, and leaves its siblings alone`() async throws {
        let graph = try await Self.graph(from: ["server", "image"], ["server": ["v1", "v2"]])
        let failing = HookID(resource: Self.resource("v1").key, hook: .main)
        let result = await TaskGraphRunner(width: 4).run(try graph.hookGraph()) { hook in
            if hook == failing { throw CancellationError() }
        }
        var skipped: [String] = []
        for hook in result.graph.nodes {
            if case .skipped(let cause) = result[hook] {
                skipped.append(Self.name(hook))
                #expect(cause == failing)
            }
        }
        #expect(skipped.sorted() == ["on_complete server", "on_complete v1"])
        #expect(result.failures.map(\.id) == [failing])
    }

    @Test func `a chain of 20,000 resources runs through all its hooks`() async throws {
        let graph = try await ResourceGraph.build(from: [Self.resource("0")]) { resource in
            let next = (Int(resource.id) ?? 0) + 1
            return next < 20_000 ? [Self.resource("\(next)")] : []
        }
        let result = await TaskGraphRunner(width: 8).run(try graph.hookGraph()) { _ in }
        #expect(result.isSuccess)
        #expect(result.graph.nodes.count == 80_000)
    }

    private static func name(_ hook: HookID) -> String {
        "\(hook.hook.rawValue) \(hook.resource.id)"
    }

    private static func resource(_ id: String) -> Resource {
        Resource(type: .volume, id: id, name: "")
    }

    private static func graph(
        from start: [String], _ children: [String: [String]]
    ) async throws -> ResourceGraph {
        try await ResourceGraph.build(from: start.map(resource)) { (children[$0.id] ?? []).map(resource) }
    }
}
