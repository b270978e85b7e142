import GRDB
import Protection

extension Operation {
    init(_ row: RowReader) throws(StoreError) {
        self.init(
            id: try row.text("id"), kind: try row.word("kind"), state: try row.word("state"),
            projectID: try row.text("project_id"), userID: try row.text("user_id"),
            requestID: try row.text("request_id"), providerID: try row.text("provider_id"),
            checkpointID: try row.text("checkpoint_id"), planID: try row.optionalText("plan_id"),
            restoreID: try row.optionalText("restore_id"), verificationID: try row.optionalText("verification_id"),
            parameters: Parameters(try row.json("parameters")), extraInfo: try row.json("extra_info"),
            submittedAt: try row.date("submitted_at"), deadline: try row.date("deadline"),
            acceptableUntil: try row.date("acceptable_until"), trustID: try row.optionalText("trust_id"),
            trustRefusal: try row.optionalText("trust_refusal"), cancelledAt: try row.optionalDate("cancelled_at"))
    }

    func insert(_ database: Database) throws {
        try database.run(
            """
            INSERT INTO operations (id, kind, state, project_id, user_id, request_id, provider_id, checkpoint_id,
                plan_id, restore_id, verification_id, parameters, extra_info, submitted_at, deadline, acceptable_until,
                trust_id, trust_refusal, cancelled_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                id, kind.rawValue, state.rawValue, projectID, userID, requestID, providerID, checkpointID, planID,
                restoreID, verificationID, parameters.json.encoded, extraInfo.encoded, submittedAt.stored,
                deadline.stored, acceptableUntil.stored, trustID, trustRefusal, cancelledAt?.stored,
            ])
    }
}
