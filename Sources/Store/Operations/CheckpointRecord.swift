import GRDB
import Protection

/// The store's own note of each checkpoint that it admitted: what the quota counts.
///
/// It moves in the transactions of the operation itself, so it cannot drift. A checkpoint that was made before this
/// store was is not noted, and so not counted. A deleted one leaves no row.
///
///     none       -> protecting                 a protect is admitted
///     protecting -> none                       it is retracted
///     protecting -> available | error          it ends
///     any        -> deleting                   a delete is admitted
///     deleting   -> as before                  it is retracted
///     deleting   -> none | error-deleting      it ends
enum CheckpointRecord {
    static func admitted(_ operation: Operation, _ database: Database) throws {
        switch operation.kind {
        case .protect:
            try database.run(
                "INSERT INTO checkpoint_records (id, project_id, status) VALUES (?, ?, 'protecting')",
                [operation.checkpointID, operation.projectID])
        case .delete:
            try database.run(
                "UPDATE checkpoint_records SET status_before_deletion = status, status = 'deleting' WHERE id = ?",
                [operation.checkpointID])
        case .restore, .verify:
            break
        }
    }

    static func retracted(_ operation: Operation, _ database: Database) throws {
        switch operation.kind {
        case .protect:
            try database.run("DELETE FROM checkpoint_records WHERE id = ?", [operation.checkpointID])
        case .delete:
            try database.run(
                """
                UPDATE checkpoint_records SET status = status_before_deletion, status_before_deletion = NULL
                WHERE id = ? AND status_before_deletion IS NOT NULL
                """, [operation.checkpointID])
        case .restore, .verify:
            break
        }
    }

    static func ended(_ operation: Operation, status: String, _ database: Database) throws {
        guard operation.kind == .protect || operation.kind == .delete else { return }
        if status == CheckpointStatus.deleted.rawValue {
            try database.run("DELETE FROM checkpoint_records WHERE id = ?", [operation.checkpointID])
        } else {
            try database.run(
                "UPDATE checkpoint_records SET status = ?, status_before_deletion = NULL WHERE id = ?",
                [status, operation.checkpointID])
        }
    }
}
