package import FoundationEssentials
import GRDB
package import Protection
package import Telemetry

extension SQLiteStore: AnswerStore {
    package func answer(
        to key: IdempotencyKey, request: Secret<[UInt8]>, at date: Date
    ) async throws(StoreError) -> KnownRequest {
        let (fingerprint, keyID) = (sealingKey.fingerprint(of: request), sealingKey.id)
        let over = date.addingTimeInterval(-KeptAnswer.lifetime).stored
        return try await read { database in
            try database.first(
                "SELECT * FROM answers WHERE project_id = ? AND path = ? AND key = ? AND kept_at > ?",
                [key.projectID, key.path, key.text, over], from: "answers", key: "key"
            ) { try AnswerRow.known($0, to: fingerprint, keyID: keyID) } ?? .unknown
        }
    }

    package func keep(_ answer: KeptAnswer) async throws(StoreError) {
        let row = AnswerRow(answer, sealingKey)
        try await write { try row.insert($0) }
    }
}
