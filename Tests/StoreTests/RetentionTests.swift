import Foundation
import GRDB
import Protection
import TestSupport
import Testing

@testable import Store

@Suite(.timeLimit(.minutes(2))) struct RetentionTests {
    private static let tables = ["operations", "operation_logs", "restores", "verifications", "plans", "answers"]

    /// An operation of each kind that ended at `seconds`.
    @discardableResult
    private func end(_ store: SQLiteStore, at seconds: Double) async throws -> [Protection.Operation] {
        let operations = OperationKind.allCases.map { Samples.operation($0, at: seconds - 1) }
        for operation in operations {
            try await store.admit(Samples.admission(operation))
            var conclusion = Samples.conclusion(of: operation, "success")
            conclusion.endedAt = Samples.date(seconds)
            try await store.conclude(conclusion)
        }
        return operations
    }

    private func counts(_ store: SQLiteStore) async throws -> [String: Int] {
        try await store.read { database in
            try Dictionary(
                uniqueKeysWithValues: Self.tables.map {
                    ($0, try Int.fetchOne(database, sql: "SELECT count(*) FROM \($0)") ?? -1)
                })
        }
    }

    private func removeAll(_ store: SQLiteStore, _ retention: Retention, at seconds: Double) async throws -> Int {
        var rounds = 1
        while try await store.removeOutdated(retention, at: Samples.date(seconds), limit: 3) { rounds += 1 }
        return rounds
    }

    private func withStore(_ body: (SQLiteStore) async throws -> Void) async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        try await body(store)
        await store.close()
    }

    @Test func `what ended longer ago than is kept goes with all that hangs on it, in small batches`() async throws {
        try await withStore { store in
            try await end(store, at: 100)
            let kept = try await end(store, at: 300)
            let rounds = try await removeAll(store, Retention(maxAge: 100), at: 350)
            #expect(rounds == 2, "four of them, three at a time")
            let counts = try await counts(store)
            #expect(counts["operations"] == 4 && counts["operation_logs"] == 4)
            #expect(counts["restores"] == 1 && counts["verifications"] == 1)
            for operation in kept { #expect(try await store.operationLog(operation.id).endedAt != nil) }
        }
    }

    @Test func `of more than are kept the oldest go`() async throws {
        try await withStore { store in
            for seconds in [300.0, 100, 200] { try await end(store, at: seconds) }
            _ = try await removeAll(store, Retention(maxCount: 5), at: 350)
            let logs = try await store.operationLogs(ListQuery(projectID: "p1", limit: 100))
            #expect(logs.count == 5)
            #expect(logs.count { $0.endedAt == Samples.date(300) } == 4)
            #expect(logs.count { $0.endedAt == Samples.date(200) } == 1)
        }
    }

    @Test func `both limits together, and none of an operation that goes on`() async throws {
        try await withStore { store in
            let running = OperationKind.allCases.map { Samples.operation($0, at: 1) }
            for operation in running { try await store.admit(Samples.admission(operation)) }
            try await store.begin(running[0].id, status: "protecting", at: Samples.date(2))
            for seconds in [100.0, 200, 300] { try await end(store, at: seconds) }
            _ = try await removeAll(store, Retention(maxAge: 200, maxCount: 2), at: 350)
            #expect(try await store.unfinished().operations == running.map { $0.running(running[0].id) })
            let counts = try await counts(store)
            #expect(counts["operations"] == 6 && counts["operation_logs"] == 6)
            _ = try await removeAll(store, Retention(maxAge: 0, maxCount: 0), at: 1_000_000)
            #expect(try await store.unfinished().operations.count == 4)
            #expect(try await store.context(of: running[1].id) == Samples.admission(running[1]).context)
            #expect(try await self.counts(store)["restores"] == 1)
        }
    }

    @Test func `for ever is for ever`() async throws {
        try await withStore { store in
            try await end(store, at: 1)
            #expect(try await removeAll(store, Retention(), at: 1_000_000_000) == 1)
            #expect(try await counts(store)["operations"] == 4)
        }
    }

    @Test func `an operation whose row was damaged ends and goes, too`() async throws {
        try await withStore { store in
            let operation = Samples.operation(.restore)
            try await store.admit(Samples.admission(operation))
            try await store.abandon(operation.id, errorInfo: "damaged", at: Samples.date(5))
            _ = try await removeAll(store, Retention(maxAge: 10), at: 20)
            let counts = try await counts(store)
            #expect(counts["operations"] == 0 && counts["operation_logs"] == 0 && counts["restores"] == 0)
        }
    }

    @Test func `a deleted plan goes when no log names it any more, another one never`() async throws {
        try await withStore { store in
            for id in ["plan", "unused", "kept"] { try await store.insert(Samples.plan(id: id), quota: -1) }
            for id in ["plan", "unused"] { try await store.deletePlan(id, at: Samples.date(50)) }
            try await end(store, at: 100)
            _ = try await removeAll(store, Retention(maxAge: 100), at: 150)
            #expect(try await counts(store)["plans"] == 2)
            _ = try await removeAll(store, Retention(maxAge: 100), at: 250)
            #expect(try await counts(store)["plans"] == 1)
            #expect(try await store.plan("kept").id == "kept")
        }
    }

    @Test func `answers that are over go, others stay`() async throws {
        try await withStore { store in
            for number in 0..<7 { try await store.keep(Samples.answer(key: "\(number)")) }
            try await store.keep(Samples.answer(key: "new", at: 1000))
            #expect(try await removeAll(store, Retention(), at: KeptAnswer.lifetime + 1) == 3)
            #expect(try await counts(store)["answers"] == 1)
        }
    }

    @Test func `nothing is found by looking at all rows`() async throws {
        try await withStore { store in
            let plans = try await store.read { database in
                try [
                    "SELECT id FROM operations WHERE state = 'ended' AND ended_at < 1 ORDER BY ended_at LIMIT 1",
                    "SELECT id FROM plans WHERE deleted_at IS NOT NULL AND NOT EXISTS "
                        + "(SELECT 1 FROM operation_logs WHERE plan_id = plans.id) LIMIT 1",
                    "SELECT count(*) FROM operations WHERE state = 'ended'",
                ].map { sql in
                    try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + sql).map { $0["detail"] as String }
                }
            }
            for detail in plans.joined() where detail.hasPrefix("SCAN") || detail.hasPrefix("SEARCH") {
                #expect(detail.contains("INDEX"), "\(detail)")
            }
        }
    }

    @Test func `a store from before knows when its operations have ended`() async throws {
        let folder = TemporaryFolder()
        let path = folder.path(TemporaryFolder.storeName)
        var store = try await folder.openStore()
        let operations = try await end(store, at: 100)
        let running = Samples.operation()
        try await store.admit(Samples.admission(running))
        await store.close()
        let database = try DatabaseQueue(path: path)
        try await database.write { database in
            for index in ["ended_operations", "deleted_plans", "operation_logs_of_plan"] {
                try database.execute(sql: "DROP INDEX \(index)")
            }
            try database.execute(
                sql: """
                    DROP TABLE answers;
                    ALTER TABLE operations DROP COLUMN ended_at;
                    DELETE FROM grdb_migrations WHERE identifier = '5 answers and ends';
                    UPDATE operation_logs SET ended_at = NULL WHERE operation_type = 'verify';
                    """)
        }
        try database.close()
        store = try await folder.openStore()
        let ends = try await store.read { database in
            try Row.fetchAll(database, sql: "SELECT kind, ended_at FROM operations WHERE state = 'ended'")
                .map { ($0["kind"] as String, $0["ended_at"] as Double?) }
        }
        #expect(ends.count == operations.count)
        for (kind, end) in ends { #expect(end == Samples.date(kind == "verify" ? 99 : 100).stored) }
        _ = try await removeAll(store, Retention(maxCount: 0), at: 200)
        #expect(try await store.unfinished().operations == [running])
        await store.close()
    }
}

extension Protection.Operation {
    fileprivate func running(_ id: String) -> Protection.Operation {
        var operation = self
        if operation.id == id { operation.state = .running }
        return operation
    }
}
