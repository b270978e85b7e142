import GRDB
import Protection

extension Restore {
    init(_ row: RowReader) throws(StoreError) {
        self.init(
            id: try row.text("id"), projectID: try row.text("project_id"), providerID: try row.text("provider_id"),
            checkpointID: try row.text("checkpoint_id"), restoreTarget: try row.optionalText("restore_target"),
            parameters: Parameters(try row.json("parameters")), status: try row.word("status"),
            resources: try ResourceReport(row), createdAt: try row.date("created_at"))
    }

    func insert(_ database: Database) throws {
        try database.run(
            """
            INSERT INTO restores (id, project_id, provider_id, checkpoint_id, restore_target, parameters, status,
                resources_status, resources_reason, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                id, projectID, providerID, checkpointID, restoreTarget, parameters.json.encoded, status.rawValue,
                resources.encodedStatus, resources.encodedReason, createdAt.stored,
            ])
    }
}
