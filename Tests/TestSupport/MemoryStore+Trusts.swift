package import Protection

extension MemoryStore: TrustStore {
    package func begin(_ trust: TrustRecord) async throws(StoreError) {
        try await call("begin trust") { rows throws(StoreError) in
            let isTaken = rows.trusts.values.contains {
                $0.operationID != trust.operationID && $0.trustorID == trust.trustorID
                    && $0.projectID == trust.projectID && $0.expiresAt == trust.expiresAt
            }
            if isTaken { throw StoreError(.conflict, "such a row exists already") }
            rows.trusts[trust.operationID] = trust
        }
    }

    package func finishTrust(of operationID: String, trustID: String) async throws(StoreError) {
        try await call("finish trust") { $0.trusts[operationID]?.trustID = trustID }
    }

    package func superfluousTrusts() async throws(StoreError) -> [TrustRecord] {
        try await call("superfluous trusts") { rows in
            rows.trusts.values.filter { trust in
                !rows.operations.contains {
                    $0.id == trust.operationID && $0.state != .ended && $0.trustRefusal == nil
                }
            }.sorted { ($0.begunAt, $0.operationID) < ($1.begunAt, $1.operationID) }
        }
    }

    package func forgetTrust(of operationID: String) async throws(StoreError) {
        try await call("forget trust") { $0.trusts[operationID] = nil }
    }
}
