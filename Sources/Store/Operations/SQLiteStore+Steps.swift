import FoundationEssentials
import GRDB
package import Protection

extension SQLiteStore: StepJournal {
    package func steps(of operationID: String) async throws(StoreError) -> [StepRecord] {
        try await read { database in
            try database.all(
                "SELECT * FROM steps WHERE operation_id = ? ORDER BY begun_at, path", [operationID], from: "steps",
                key: "path"
            ) { row in
                StepRecord(
                    operationID: operationID, path: try row.text("path"), begunAt: try row.date("begun_at"),
                    settlesAt: try row.date("settles_at"), result: try row.optionalBytes("result"))
            }
        }
    }

    /// A step of an operation that has ended, or does not exist, is `.notFound`: nobody would ever remove it.
    package func begin(_ step: StepRecord) async throws(StoreError) {
        try await write { database in
            let written = try database.run(
                """
                INSERT INTO steps (operation_id, path, begun_at, settles_at, result)
                SELECT id, ?, ?, ?, ? FROM operations WHERE id = ? AND state <> 'ended'
                ON CONFLICT (operation_id, path) DO UPDATE SET begun_at = excluded.begun_at,
                    settles_at = excluded.settles_at, result = excluded.result
                """,
                [
                    step.path, step.begunAt.stored, step.settlesAt.stored, step.result.map { Data($0) },
                    step.operationID,
                ])
            guard written > 0 else {
                throw StoreError(.notFound, "operation \(step.operationID) does not exist or has ended")
            }
        }
    }

    package func finish(operationID: String, path: String, result: [UInt8]) async throws(StoreError) {
        try await write { database in
            let written = try database.run(
                "UPDATE steps SET result = ? WHERE operation_id = ? AND path = ?", [Data(result), operationID, path])
            guard written > 0 else {
                throw StoreError(.notFound, "operation \(operationID) has no step \(path) under way")
            }
        }
    }
}
