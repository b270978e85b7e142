package import FoundationEssentials
import GRDB
package import Protection

extension SQLiteStore: RecordStore {
    package func insert(_ plan: Plan, quota: Int, keeping answer: KeptAnswer?) async throws(StoreError) {
        let answer = answer.map { AnswerRow($0, sealingKey) }
        try await write { database in
            try Self.refuseBeyondQuota(.plans, of: plan.projectID, limit: quota, database)
            try database.run("INSERT INTO plans (\(Plan.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", plan.arguments)
            try answer?.insert(database)
        }
    }

    package func plan(_ id: String) async throws(StoreError) -> Plan {
        try await read { database in
            let plan = try database.first(
                "SELECT * FROM plans WHERE id = ? AND deleted_at IS NULL", [id], from: "plans", Plan.init)
            guard let plan else { throw Self.noPlan(id) }
            return plan
        }
    }

    package func plans(_ query: ListQuery) async throws(StoreError) -> [Plan] {
        try await read { try Listing.plans.records(query, $0, Plan.init) }
    }

    package func update(_ plan: Plan, at date: Date) async throws(StoreError) {
        try await write { database in
            let updated = try database.run(
                """
                UPDATE plans SET name = ?, description = ?, status = ?, resources = ?, updated_at = ?
                WHERE id = ? AND deleted_at IS NULL
                """,
                [plan.name, plan.description, plan.status, plan.encodedResources, date.stored, plan.id])
            guard updated > 0 else { throw Self.noPlan(plan.id) }
        }
    }

    /// The row stays while a log names it, and nobody sees it.
    package func deletePlan(_ id: String, at date: Date) async throws(StoreError) {
        try await write { database in
            let deleted = try database.run(
                "UPDATE plans SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL", [date.stored, id])
            guard deleted > 0 else { throw Self.noPlan(id) }
        }
    }

    private static func noPlan(_ id: String) -> StoreError { StoreError(.notFound, "plan \(id) does not exist") }
}
