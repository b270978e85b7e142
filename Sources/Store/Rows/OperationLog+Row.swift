import GRDB
import Protection

extension OperationLog {
    init(_ row: RowReader) throws(StoreError) {
        self.init(
            id: try row.text("id"), projectID: try row.text("project_id"),
            operationType: try row.text("operation_type"), checkpointID: try row.optionalText("checkpoint_id"),
            planID: try row.optionalText("plan_id"), providerID: try row.optionalText("provider_id"),
            restoreID: try row.optionalText("restore_id"),
            scheduledOperationID: try row.optionalText("scheduled_operation_id"), status: try row.text("status"),
            startedAt: try row.optionalDate("started_at"), endedAt: try row.optionalDate("ended_at"),
            errorInfo: try row.optionalText("error_info"), extraInfo: try row.json("extra_info"),
            createdAt: try row.date("created_at"))
    }

    func insert(_ database: Database) throws {
        try database.run(
            """
            INSERT INTO operation_logs (id, project_id, operation_type, checkpoint_id, plan_id, provider_id,
                restore_id, scheduled_operation_id, status, started_at, ended_at, error_info, extra_info, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                id, projectID, operationType, checkpointID, planID, providerID, restoreID, scheduledOperationID,
                status, startedAt?.stored, endedAt?.stored, errorInfo, extraInfo.encoded, createdAt.stored,
            ])
    }
}
