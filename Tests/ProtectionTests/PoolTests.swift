import Loop
import Protection
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct PoolTests {
    /// Others on an executor must often get their turn while `work` is done there.
    private func expectTurns(
        _ what: Comment, during work: @Sendable @escaping () async throws -> Void
    ) async throws {
        let turns = Turns()
        try await withTaskExecutorPreference(DispatchExecutor(label: "loop").tasks) {
            async let _: Void = {
                while !Task.isCancelled {
                    turns.take()
                    await Task.yield()
                }
            }()
            await Task.yield()
            try await work()
        }
        #expect(turns.count > 100, what)
    }

    @Test func `a large graph keeps nobody on the loop waiting while it is packed, read and written`() async throws {
        let count = 10_000
        let graph = try await ResourceGraph.build(from: (0..<count).map { .volume("\($0)", extraInfo: ["n": 1]) }) {
            _ in []
        }
        let packed = graph.packed
        var checkpoint = Checkpoint.sample("c")
        checkpoint.resourceGraph = packed
        let collection = CheckpointCollection(bank: MemoryBank())
        let large = checkpoint

        try await expectTurns("packing") { _ = await graph.packedOnPool() }
        try await expectTurns("unpacking") { _ = try await ResourceGraph.unpackedOnPool(packed) }
        try await expectTurns("writing") { try await collection.update(large) }
        try await expectTurns("reading") { _ = try await collection.checkpoint("c") }
        #expect(await graph.packedOnPool() == packed)
        #expect(try await ResourceGraph.unpackedOnPool(packed) == graph)
        #expect(try await collection.checkpoint("c") == large)
        await #expect(throws: ResourceGraphError.self) { try await ResourceGraph.unpackedOnPool("[") }
    }
}

private final class Turns: Sendable {
    private let state = Locked(0)

    var count: Int { state.withLock { $0 } }

    func take() { state.withLock { $0 += 1 } }
}
