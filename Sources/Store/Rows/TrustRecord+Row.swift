import GRDB
import Protection

extension TrustRecord {
    init(_ row: RowReader) throws(StoreError) {
        self.init(
            operationID: try row.text("operation_id"), trustorID: try row.text("trustor_id"),
            projectID: try row.text("project_id"), expiresAt: try row.date("expires_at"),
            begunAt: try row.date("begun_at"), trustID: try row.optionalText("trust_id"))
    }
}
