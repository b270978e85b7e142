import Engine
import Protection

/// Rows by id, for a caller: one of another project is not told apart from one that there is not.
extension APIServices {
    func plan(_ id: String, for caller: Caller) async throws -> Plan {
        try await row("Plan", id, for: caller, project: \.projectID) { try await records.plan(id) }
    }

    func restore(_ id: String, for caller: Caller) async throws -> Restore {
        try await row("Restore", id, for: caller, project: \.projectID) { try await records.restore(id) }
    }

    func verification(_ id: String, for caller: Caller) async throws -> Verification {
        try await row("Verification", id, for: caller, project: \.projectID) { try await records.verification(id) }
    }

    func operationLog(_ id: String, for caller: Caller) async throws -> OperationLog {
        try await row("OperationLog", id, for: caller, project: \.projectID) { try await records.operationLog(id) }
    }

    private func row<Row>(
        _ what: String, _ id: String, for caller: Caller, project: (Row) -> String, find: () async throws -> Row
    ) async throws -> Row {
        let missing = APIError(.notFound, "\(what) \(id.quoted(100)) could not be found.")
        do {
            let row = try await find()
            guard caller.mayRead(project: project(row)) else { throw missing }
            return row
        } catch let error as StoreError where error.code == .notFound {
            throw missing
        }
    }
}
