import Foundation
import Protection
import TestSupport
import Testing

@testable import Store

@Suite struct SizeTests {
    /// What remains of an operation is what its user reads: its log, and its row in the queue.
    @Test func `of two thousand operations little remains, and nothing of their steps, plans and contexts`()
        async throws
    {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        func bytes() throws -> Int {
            try folder.names.reduce(0) { try $0 + folder.bytes(of: $1).count }
        }
        func run(_ count: Int) async throws {
            for _ in 0..<count / 50 {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<50 {
                        group.addTask {
                            let operation = Samples.operation(.delete)
                            var admission = Samples.admission(operation, token: String(repeating: "t", count: 4000))
                            admission.plan = Samples.plan()
                            try await store.admit(admission)
                            for step in ["a", "b", "c"] {
                                try await store.begin(Samples.step(operation, step))
                                try await store.finish(
                                    operationID: operation.id, path: step, result: Array(repeating: 1, count: 300))
                            }
                            try await store.conclude(Samples.conclusion(of: operation, "deleted"))
                        }
                    }
                    try await group.waitForAll()
                }
            }
            try await store.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        }
        try await run(500)
        let before = try bytes()
        try await run(1500)
        let growth = try (bytes() - before) / 1500
        #expect(growth < 1600, "\(growth) bytes an operation")
        let rows = try await store.read { database in
            try ["steps", "sealed_contexts", "operation_plans", "checkpoint_records"].map {
                try Int.fetchOne(database, sql: "SELECT count(*) FROM \($0)")
            }
        }
        #expect(rows == [0, 0, 0, 0])
        await store.close()
    }

    @Test func `the WAL does not grow with what is written`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        let operation = Samples.operation()
        try await store.admit(Samples.admission(operation))
        for _ in 0..<800 {
            var step = Samples.step(operation)
            step.result = Array(repeating: 1, count: 60_000)
            try await store.begin(step)
        }
        let size = try folder.bytes(of: TemporaryFolder.storeName + "-wal").count
        #expect(size < 20 << 20, "\(size)")
        await store.close()
    }
}
