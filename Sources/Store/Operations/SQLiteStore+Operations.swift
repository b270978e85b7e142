package import FoundationEssentials
import GRDB
package import Protection
package import Telemetry

extension SQLiteStore: OperationStore {
    package func unfinished() async throws(StoreError) -> UnfinishedOperations {
        try await read { database in
            var found = UnfinishedOperations()
            _ = try database.all(
                "SELECT * FROM operations WHERE state <> 'ended' ORDER BY submitted_at, rowid", from: "operations"
            ) { row in
                do throws(StoreError) {
                    found.operations.append(try Operation(row))
                } catch {
                    found.damaged.append(
                        DamagedOperation(
                            id: try row.text("id"), providerID: try? row.text("provider_id"),
                            checkpointID: try? row.text("checkpoint_id"), reason: error.message))
                }
            }
            return found
        }
    }

    package func unfinished(onCheckpoint id: String) async throws(StoreError) -> [Operation] {
        try await read { database in
            var found: [Operation] = []
            _ = try database.all(
                "SELECT * FROM operations WHERE checkpoint_id = ? AND state <> 'ended' ORDER BY submitted_at, rowid",
                [id], from: "operations"
            ) { row in
                if let operation = try? Operation(row) { found.append(operation) }
            }
            return found
        }
    }

    package func context(of operationID: String) async throws(StoreError) -> Secret<[UInt8]> {
        let sealed = try await read { database in
            let context = try database.first(
                "SELECT * FROM sealed_contexts WHERE operation_id = ?", [operationID], from: "sealed_contexts",
                key: "operation_id"
            ) { SealedContext(keyID: try $0.text("key_id"), bytes: try $0.bytes("sealed")) }
            guard let context else {
                throw StoreError(
                    .notFound, "operation \(operationID) does not exist or has ended: it has no context")
            }
            return context
        }
        return try sealingKey.open(sealed, operationID: operationID)
    }

    package func plan(of operationID: String) async throws(StoreError) -> Plan {
        try await read { database in
            let plan = try database.first(
                "SELECT * FROM operation_plans WHERE operation_id = ?", [operationID], from: "operation_plans",
                key: "operation_id", Plan.init)
            guard let plan else {
                throw StoreError(.notFound, "operation \(operationID) does not exist or has ended, or has no plan")
            }
            return plan
        }
    }

    @discardableResult
    package func begin(
        _ operationID: String, status: String, at date: Date
    ) async throws(StoreError) -> Operation {
        try await write { database in
            var operation = try Self.operation(operationID, database)
            switch operation.state {
            case .running: return operation
            case .ended: throw StoreError(.conflict, "operation \(operationID) has ended already")
            case .queued: break
            }
            try database.run("UPDATE operations SET state = 'running' WHERE id = ?", [operationID])
            try database.run(
                "UPDATE operation_logs SET status = ?, started_at = coalesce(started_at, ?) WHERE id = ?",
                [status, date.stored, operationID])
            operation.state = .running
            return operation
        }
    }

    package func cancel(_ operationID: String, at date: Date) async throws(StoreError) -> Bool {
        try await write { database in
            try database.run(
                """
                UPDATE operations SET cancelled_at = coalesce(cancelled_at, ?) WHERE id = ? AND state <> 'ended'
                """, [date.stored, operationID]) > 0
        }
    }

    /// One that comes after the operation's end changes nothing: what `conclude` wrote is the last word.
    package func report(
        _ operationID: String, extraInfo: JSONValue, resources: ResourceReport?
    ) async throws(StoreError) {
        try await write { database in
            let operation = try Self.operation(operationID, database)
            guard operation.state != .ended else { return }
            try database.run(
                "UPDATE operation_logs SET extra_info = ? WHERE id = ?", [extraInfo.encoded, operationID])
            if let resources { try Self.write(resources, of: operation, database) }
        }
    }

    package func conclude(_ conclusion: Conclusion) async throws(StoreError) {
        try await write { database in
            let operation = try Self.operation(conclusion.operationID, database)
            guard operation.state != .ended else { return }
            try database.run(
                "UPDATE operations SET state = 'ended', ended_at = ? WHERE id = ?",
                [conclusion.endedAt.stored, operation.id])
            try database.run(
                "UPDATE operation_logs SET status = ?, ended_at = ?, error_info = ?, extra_info = ? WHERE id = ?",
                [
                    conclusion.status, conclusion.endedAt.stored, conclusion.errorInfo, conclusion.extraInfo.encoded,
                    operation.id,
                ])
            let status = RestoreStatus(rawValue: conclusion.status) ?? .fail
            if let id = operation.restoreID {
                try database.run("UPDATE restores SET status = ? WHERE id = ?", [status.rawValue, id])
            }
            if let id = operation.verificationID {
                try database.run("UPDATE verifications SET status = ? WHERE id = ?", [status.rawValue, id])
            }
            if let report = conclusion.report { try Self.write(report, of: operation, database) }
            try CheckpointRecord.ended(operation, status: conclusion.status, database)
            try Self.wipe(operation.id, database)
        }
    }

    package func abandon(_ operationID: String, errorInfo: String, at date: Date) async throws(StoreError) {
        try await write { database in
            let ended = try database.run(
                "UPDATE operations SET state = 'ended', ended_at = ? WHERE id = ? AND state <> 'ended'",
                [date.stored, operationID])
            guard ended > 0 else { return }
            try database.run(
                "UPDATE operation_logs SET status = 'error', ended_at = ?, error_info = ? WHERE id = ?",
                [date.stored, errorInfo, operationID])
            for (table, column) in [("restores", "restore_id"), ("verifications", "verification_id")] {
                try database.run(
                    "UPDATE \(table) SET status = ? WHERE id = (SELECT \(column) FROM operations WHERE id = ?)",
                    [RestoreStatus.fail.rawValue, operationID])
            }
            try Self.wipe(operationID, database)
        }
    }

    package func ownerID() async throws(StoreError) -> String { owner }

    private static func operation(_ id: String, _ database: Database) throws -> Operation {
        let operation = try database.first(
            "SELECT * FROM operations WHERE id = ?", [id], from: "operations", Operation.init)
        guard let operation else { throw StoreError(.notFound, "operation \(id) does not exist") }
        return operation
    }

    /// The context is overwritten (`secure_delete`) in the pages that held it. Older images of those pages may stand in
    /// the WAL until it is written back and begun anew; they hold ciphertext only.
    private static func wipe(_ operationID: String, _ database: Database) throws {
        for table in ["sealed_contexts", "operation_plans", "steps"] {
            try database.run("DELETE FROM \(table) WHERE operation_id = ?", [operationID])
        }
    }

    private static func write(_ report: ResourceReport, of operation: Operation, _ database: Database) throws {
        for (table, id) in [("restores", operation.restoreID), ("verifications", operation.verificationID)] {
            guard let id else { continue }
            try database.run(
                "UPDATE \(table) SET resources_status = ?, resources_reason = ? WHERE id = ?",
                [report.encodedStatus, report.encodedReason, id])
        }
    }
}
