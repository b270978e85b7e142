import GRDB
package import Protection

extension SQLiteStore: TrustStore {
    package func begin(_ trust: TrustRecord) async throws(StoreError) {
        try await write { database in
            try database.run(
                """
                INSERT INTO trusts (operation_id, trustor_id, project_id, expires_at, begun_at, trust_id)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (operation_id) DO UPDATE SET trustor_id = excluded.trustor_id,
                    project_id = excluded.project_id, expires_at = excluded.expires_at, begun_at = excluded.begun_at,
                    trust_id = excluded.trust_id
                """,
                [
                    trust.operationID, trust.trustorID, trust.projectID, trust.expiresAt.stored, trust.begunAt.stored,
                    trust.trustID,
                ])
        }
    }

    package func finishTrust(of operationID: String, trustID: String) async throws(StoreError) {
        try await write { database in
            try database.run("UPDATE trusts SET trust_id = ? WHERE operation_id = ?", [trustID, operationID])
        }
    }

    package func superfluousTrusts() async throws(StoreError) -> [TrustRecord] {
        try await read { database in
            try database.all(
                """
                SELECT * FROM trusts WHERE NOT EXISTS (
                    SELECT * FROM operations
                    WHERE id = trusts.operation_id AND state <> 'ended' AND trust_refusal IS NULL)
                ORDER BY begun_at, operation_id
                """, from: "trusts", key: "operation_id", TrustRecord.init)
        }
    }

    package func forgetTrust(of operationID: String) async throws(StoreError) {
        try await write { database in
            try database.run("DELETE FROM trusts WHERE operation_id = ?", [operationID])
        }
    }
}
