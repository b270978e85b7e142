import GRDB
package import Protection

/// What is only read here: the operations write it.
extension SQLiteStore {
    package func restore(_ id: String) async throws(StoreError) -> Restore {
        try await read { try Self.record(id, .restores, "restore", $0, Restore.init) }
    }

    package func restores(_ query: ListQuery) async throws(StoreError) -> [Restore] {
        try await read { try Listing.restores.records(query, $0, Restore.init) }
    }

    package func verification(_ id: String) async throws(StoreError) -> Verification {
        try await read { try Self.record(id, .verifications, "verification", $0, Verification.init) }
    }

    package func verifications(_ query: ListQuery) async throws(StoreError) -> [Verification] {
        try await read { try Listing.verifications.records(query, $0, Verification.init) }
    }

    package func operationLog(_ id: String) async throws(StoreError) -> OperationLog {
        try await read { try Self.record(id, .operationLogs, "operation log", $0, OperationLog.init) }
    }

    package func operationLogs(_ query: ListQuery) async throws(StoreError) -> [OperationLog] {
        try await read { try Listing.operationLogs.records(query, $0, OperationLog.init) }
    }

    private static func record<Record>(
        _ id: String, _ listing: Listing, _ name: String, _ database: Database,
        _ decode: (RowReader) throws -> Record
    ) throws -> Record {
        let sql = "SELECT * FROM \(listing.table) WHERE id = ?"
        guard let record = try database.first(sql, [id], from: listing.table, decode) else {
            throw StoreError(.notFound, "\(name) \(id) does not exist")
        }
        return record
    }
}
