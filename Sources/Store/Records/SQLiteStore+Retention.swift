package import FoundationEssentials
import GRDB
package import Protection

extension SQLiteStore: RetentionStore {
    package func removeOutdated(
        _ retention: Retention, at date: Date, limit: Int
    ) async throws(StoreError) -> Bool {
        try await write { database in
            var removed = [try Self.removeOperations(retention, at: date, limit: limit, database)]
            removed.append(try Self.removePlans(limit: limit, database))
            let answersOver = date.addingTimeInterval(-KeptAnswer.lifetime).stored
            removed.append(try AnswerRow.removeOutdated(before: answersOver, limit: limit, database))
            return removed.contains { $0 >= limit }
        }
    }

    private static func removeOperations(
        _ retention: Retention, at date: Date, limit: Int, _ database: Database
    ) throws -> Int {
        var outdated: [String] = []
        if let maxAge = retention.maxAge {
            outdated = try ended(
                "ended_at < ? ORDER BY ended_at LIMIT ?", [date.addingTimeInterval(-maxAge).stored, limit], database)
        }
        if let maxCount = retention.maxCount, outdated.count < limit {
            let count = try Int.fetchOne(
                database.cachedStatement(sql: "SELECT count(*) FROM operations WHERE state = 'ended'"))
            let surplus = (count ?? 0) - max(0, maxCount)
            // The oldest are those that are too old, if any are.
            if surplus > outdated.count {
                outdated = try ended("1 ORDER BY ended_at LIMIT ?", [min(surplus, limit)], database)
            }
        }
        for id in outdated { try removeOperation(id, database) }
        return outdated.count
    }

    private static func ended(
        _ condition: String, _ arguments: StatementArguments, _ database: Database
    ) throws -> [String] {
        try database.all(
            "SELECT id FROM operations WHERE state = 'ended' AND \(condition)", arguments, from: "operations"
        ) { try $0.text("id") }
    }

    private static func removeOperation(_ id: String, _ database: Database) throws {
        for (table, column) in [("restores", "restore_id"), ("verifications", "verification_id")] {
            try database.run(
                "DELETE FROM \(table) WHERE id = (SELECT \(column) FROM operations WHERE id = ?)", [id])
        }
        try database.run("DELETE FROM operation_logs WHERE id = ?", [id])
        try database.run("DELETE FROM operations WHERE id = ?", [id])
    }

    private static func removePlans(limit: Int, _ database: Database) throws -> Int {
        try database.run(
            """
            DELETE FROM plans WHERE id IN (
                SELECT id FROM plans WHERE deleted_at IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM operation_logs WHERE plan_id = plans.id)
                LIMIT ?)
            """, [limit])
    }
}
