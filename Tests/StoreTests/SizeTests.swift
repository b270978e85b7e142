import Foundation
import GRDB
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

    /// As long as no more is kept, whatever comes goes into the pages of what went.
    @Test func `over ten thousand operations neither the file nor the WAL grows, and no context is left in them`()
        async throws
    {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        let retention = Retention(maxAge: 86_400, maxCount: 500)
        let name = TemporaryFolder.storeName
        var sizes: [Int] = []
        var largestWAL = 0
        var sealed: [UInt8] = []
        for round in 0..<100 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask { try await Self.live(store, round * 100 + number) }
                }
                try await group.waitForAll()
            }
            let operation = Samples.operation(.restore, at: Double(round))
            try await store.admit(Samples.admission(operation, token: String(repeating: "t", count: 4000)))
            sealed = try await store.read {
                try Data.fetchOne($0, sql: "SELECT sealed FROM sealed_contexts").map(Array.init) ?? []
            }
            try await store.conclude(Samples.conclusion(of: operation, "success"))
            while try await store.removeOutdated(retention, at: Samples.date(Double(round)), limit: 100) {}
            largestWAL = max(largestWAL, try folder.bytes(of: name + "-wal").count)
            if round % 10 == 9 { sizes.append(try folder.bytes(of: name).count) }
        }
        let (first, last) = (sizes[2], try #require(sizes.last))
        #expect(Double(last) < Double(first) * 1.05, "after each thousand: \(sizes)")
        #expect(largestWAL < 20 << 20, "\(largestWAL)")
        _ = try await store.pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        let middle = Data(sealed.dropFirst(2000).prefix(32))
        try #require(middle.count == 32)
        for file in try folder.names {
            #expect(try Data(folder.bytes(of: file)).firstRange(of: middle) == nil, "\(file)")
        }
        await store.close()
    }

    /// One operation from its admission with an answer to its end.
    private static func live(_ store: SQLiteStore, _ number: Int) async throws {
        // A protect's checkpoint stays noted until it is deleted.
        let kind = [OperationKind.restore, .verify, .delete][number % 3]
        let operation = Samples.operation(kind, at: Double(number) / 100)
        var admission = Samples.admission(operation, token: String(repeating: "t", count: 4000))
        // A hundred a day.
        admission.answer = Samples.answer(key: operation.id, at: Double(number) * 86_400 / 100)
        try await store.admit(admission)
        var step = Samples.step(operation)
        step.result = Array(repeating: 1, count: 300)
        try await store.begin(step)
        var conclusion = Samples.conclusion(of: operation, "success")
        conclusion.endedAt = operation.submittedAt
        try await store.conclude(conclusion)
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
