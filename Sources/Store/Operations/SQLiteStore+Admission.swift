import FoundationEssentials
import GRDB
package import Protection

extension SQLiteStore {
    package func admit(_ admission: Admission) async throws(StoreError) {
        let operation = admission.operation
        let context: SealedContext
        do {
            context = try sealingKey.seal(admission.context, operationID: operation.id)
        } catch {
            throw StoreError(.sealBroken, "the context of operation \(operation.id) could not be sealed")
        }
        let answer = admission.answer.map { AnswerRow($0, sealingKey, operationID: operation.id) }
        try await write { database in
            if operation.kind == .delete { try Self.cancelProtect(inTheWayOf: operation, database) }
            try Self.refuseConflict(operation, database)
            if operation.kind == .protect {
                try Self.refuseBeyondQuota(
                    .checkpoints, of: operation.projectID, limit: admission.checkpointQuota, database)
            }
            try operation.insert(database)
            try database.run(
                "INSERT INTO sealed_contexts (operation_id, key_id, sealed) VALUES (?, ?, ?)",
                [operation.id, context.keyID, Data(context.bytes)])
            try admission.log.insert(database)
            try admission.restore?.insert(database)
            try admission.verification?.insert(database)
            if let plan = admission.plan {
                try database.run(
                    "INSERT INTO operation_plans (operation_id, \(Plan.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [operation.id] + plan.arguments)
            }
            try CheckpointRecord.admitted(operation, database)
            try answer?.insert(database)
        }
    }

    package func retract(_ operationID: String) async throws(StoreError) {
        try await write { database in
            let found = try database.first(
                "SELECT * FROM operations WHERE id = ?", [operationID], from: "operations", Operation.init)
            guard let operation = found else { return }
            guard operation.state != .ended else {
                throw StoreError(.conflict, "operation \(operationID) has ended and cannot be taken back")
            }
            try CheckpointRecord.retracted(operation, database)
            if let id = operation.restoreID { try database.run("DELETE FROM restores WHERE id = ?", [id]) }
            if let id = operation.verificationID { try database.run("DELETE FROM verifications WHERE id = ?", [id]) }
            try database.run("DELETE FROM operation_logs WHERE id = ?", [operationID])
            try database.run("DELETE FROM answers WHERE operation_id = ?", [operationID])
            // Takes context, plan and steps along.
            try database.run("DELETE FROM operations WHERE id = ?", [operationID])
        }
    }

    private static func cancelProtect(inTheWayOf operation: Operation, _ database: Database) throws {
        try database.run(
            """
            UPDATE operations SET cancelled_at = coalesce(cancelled_at, ?)
            WHERE checkpoint_id = ? AND kind = 'protect' AND state <> 'ended'
            """, [operation.submittedAt.stored, operation.checkpointID])
    }

    private static func refuseConflict(_ operation: Operation, _ database: Database) throws {
        let others = try database.all(
            "SELECT * FROM operations WHERE checkpoint_id = ? AND state <> 'ended' ORDER BY submitted_at",
            [operation.checkpointID], from: "operations", Operation.init)
        for other in others {
            if let conflict = operation.conflict(with: other) { throw conflict }
        }
    }
}
