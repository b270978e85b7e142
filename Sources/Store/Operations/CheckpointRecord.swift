import GRDB
import Protection

/// The store's own note of each checkpoint that it admitted and that was not deleted: what the quota counts.
///
/// It comes and goes in the transactions of the operation itself, so it cannot drift. A checkpoint that was made before this
/// store was is not noted, and so not counted.
///
///     none  -> noted   a protect is admitted
///     noted -> none    the protect is retracted, or a delete ends in `deleted`
enum CheckpointRecord {
    static func admitted(_ operation: Operation, _ database: Database) throws {
        guard operation.kind == .protect else { return }
        try database.run(
            "INSERT INTO checkpoint_records (id, project_id) VALUES (?, ?)",
            [operation.checkpointID, operation.projectID])
    }

    static func retracted(_ operation: Operation, _ database: Database) throws {
        if operation.kind == .protect { try remove(operation.checkpointID, database) }
    }

    static func ended(_ operation: Operation, status: String, _ database: Database) throws {
        if operation.kind == .delete, status == CheckpointStatus.deleted.rawValue {
            try remove(operation.checkpointID, database)
        }
    }

    private static func remove(_ id: String, _ database: Database) throws {
        try database.run("DELETE FROM checkpoint_records WHERE id = ?", [id])
    }
}
