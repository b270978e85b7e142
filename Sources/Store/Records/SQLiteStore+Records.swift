import GRDB
package import Protection

/// What is only read here: the operations write it.
extension SQLiteStore {
    package func restore(_ id: String) async throws(StoreError) -> Restore {
        try await record(id, in: "restores", called: "restore") { row throws(StoreError) in try Restore(row) }
    }

    package func restores(_ query: ListQuery) async throws(StoreError) -> [Restore] {
        try await records(query, .restores) { row throws(StoreError) in try Restore(row) }
    }

    package func verification(_ id: String) async throws(StoreError) -> Verification {
        try await record(id, in: "verifications", called: "verification") { row throws(StoreError) in
            try Verification(row)
        }
    }

    package func verifications(_ query: ListQuery) async throws(StoreError) -> [Verification] {
        try await records(query, .verifications) { row throws(StoreError) in try Verification(row) }
    }

    package func operationLog(_ id: String) async throws(StoreError) -> OperationLog {
        try await record(id, in: "operation_logs", called: "operation log") { row throws(StoreError) in
            try OperationLog(row)
        }
    }

    package func operationLogs(_ query: ListQuery) async throws(StoreError) -> [OperationLog] {
        try await records(query, .operationLogs) { row throws(StoreError) in try OperationLog(row) }
    }

    private func record<Record: Sendable>(
        _ id: String, in table: String, called name: String,
        _ decode: @Sendable @escaping (RowReader) throws(StoreError) -> Record
    ) async throws(StoreError) -> Record {
        try await read { database in
            guard let row = try database.row("SELECT * FROM \(table) WHERE id = ?", [id]) else {
                throw StoreError(.notFound, "\(name) \(id) does not exist")
            }
            return try decode(RowReader(row: row, table: table))
        }
    }

    private func records<Record: Sendable>(
        _ query: ListQuery, _ listing: Listing,
        _ decode: @Sendable @escaping (RowReader) throws(StoreError) -> Record
    ) async throws(StoreError) -> [Record] {
        try await read { database in
            try listing.rows(query, database).map { try decode(RowReader(row: $0, table: listing.table)) }
        }
    }
}
