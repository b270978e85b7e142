import FoundationEssentials
import GRDB
import Protection

/// An answer as it lies in the store, without the request's body.
struct AnswerRow: Sendable {
    private let answer: KeptAnswer
    private let keyID: String
    private let fingerprint: [UInt8]
    private let operationID: String?

    init(_ answer: KeptAnswer, _ sealingKey: SealingKey, operationID: String? = nil) {
        self.answer = answer
        keyID = sealingKey.id
        fingerprint = sealingKey.fingerprint(of: answer.request)
        self.operationID = operationID
    }

    /// What a row says to a request with its key. One that another sealing key has made cannot be compared: then it is taken
    /// for the answer, since what it tells of was done.
    static func known(
        _ row: RowReader, to fingerprint: [UInt8], keyID: String
    ) throws(StoreError) -> KnownRequest {
        let (madeWith, made) = (try row.text("key_id"), try row.bytes("fingerprint"))
        guard madeWith != keyID || made == fingerprint else { return .different }
        return .answered(status: Int(try row.integer("status")), body: try row.bytes("body"))
    }

    func insert(_ database: Database) throws {
        let key = answer.key
        let over = answer.keptAt.addingTimeInterval(-KeptAnswer.lifetime).stored
        // More than one at a time, so that they go faster than they come.
        try Self.removeOutdated(before: over, limit: 20, database)
        try database.run(
            "DELETE FROM answers WHERE project_id = ? AND path = ? AND key = ? AND kept_at <= ?",
            [key.projectID, key.path, key.text, over])
        try refuseTooMany(since: over, database)
        try database.run(
            """
            INSERT INTO answers (project_id, path, key, key_id, fingerprint, operation_id, status, body, bytes, kept_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                key.projectID, key.path, key.text, keyID, Data(fingerprint), operationID, answer.status,
                Data(answer.body), answer.body.count, answer.keptAt.stored,
            ])
    }

    /// Returns how many were removed.
    @discardableResult
    static func removeOutdated(before date: Double, limit: Int, _ database: Database) throws -> Int {
        try database.run(
            "DELETE FROM answers WHERE rowid IN (SELECT rowid FROM answers WHERE kept_at <= ? ORDER BY kept_at LIMIT ?)",
            [date, limit])
    }

    private func refuseTooMany(since date: Double, _ database: Database) throws {
        let sums = try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT count(*), total(bytes) FROM answers WHERE project_id = ? AND kept_at > ?"),
            arguments: [answer.key.projectID, date])
        let count = sums.flatMap { Int.fromDatabaseValue($0[0]) } ?? 0
        let bytes = sums.flatMap { Double.fromDatabaseValue($0[1]) } ?? 0
        guard count < KeptAnswer.countLimit, bytes + Double(answer.body.count) <= Double(KeptAnswer.byteLimit) else {
            throw StoreError(
                .quotaExceeded,
                "The project has sent too many requests with an Idempotency-Key in the last 24 hours")
        }
    }
}
