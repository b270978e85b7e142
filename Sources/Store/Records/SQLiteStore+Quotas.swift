import GRDB
package import Protection

extension SQLiteStore: QuotaStore {
    package func quota(of projectID: String) async throws(StoreError) -> [QuotaResource: Int] {
        try await read { database in
            try Self.limits("SELECT * FROM quotas WHERE project_id = ?", projectID, from: "quotas", database)
        }
    }

    /// What `limits` does not name stays as it is.
    package func setQuota(of projectID: String, _ limits: [QuotaResource: Int]) async throws(StoreError) {
        try await write { database in
            for (resource, limit) in limits {
                try database.run(
                    "INSERT OR REPLACE INTO quotas (project_id, resource, hard_limit) VALUES (?, ?, ?)",
                    [projectID, resource.rawValue, limit])
            }
        }
    }

    package func deleteQuota(of projectID: String) async throws(StoreError) {
        try await write { try $0.run("DELETE FROM quotas WHERE project_id = ?", [projectID]) }
    }

    package func quotaClass(_ name: String) async throws(StoreError) -> [QuotaResource: Int] {
        try await read { database in
            try Self.limits("SELECT * FROM quota_classes WHERE name = ?", name, from: "quota_classes", database)
        }
    }

    package func setQuotaClass(_ name: String, _ limits: [QuotaResource: Int]) async throws(StoreError) {
        try await write { database in
            for (resource, limit) in limits {
                try database.run(
                    "INSERT OR REPLACE INTO quota_classes (name, resource, hard_limit) VALUES (?, ?, ?)",
                    [name, resource.rawValue, limit])
            }
        }
    }

    package func usage(of projectID: String) async throws(StoreError) -> [QuotaResource: Int] {
        try await read { database in
            var usage: [QuotaResource: Int] = [:]
            for resource in QuotaResource.allCases {
                usage[resource] = try Self.usage(of: resource, projectID, database)
            }
            return usage
        }
    }

    /// In the transaction that adds one: nobody can come between.
    static func refuseBeyondQuota(
        _ resource: QuotaResource, of projectID: String, limit: Int, _ database: Database
    ) throws {
        guard limit >= 0, try usage(of: resource, projectID, database) >= limit else { return }
        throw StoreError.quotaExceeded(resource, limit: limit)
    }

    private static func usage(of resource: QuotaResource, _ projectID: String, _ database: Database) throws -> Int {
        let sql =
            switch resource {
            case .plans: "SELECT count(*) FROM plans WHERE project_id = ? AND deleted_at IS NULL"
            // Deleted ones have no row.
            case .checkpoints: "SELECT count(*) FROM checkpoint_records WHERE project_id = ?"
            }
        return try Int.fetchOne(database.cachedStatement(sql: sql), arguments: [projectID]) ?? 0
    }

    private static func limits(
        _ sql: String, _ name: String, from table: String, _ database: Database
    ) throws -> [QuotaResource: Int] {
        let limits: [(QuotaResource, Int)] = try database.all(sql, [name], from: table, key: "resource") {
            (try $0.word("resource"), Int(try $0.integer("hard_limit")))
        }
        return Dictionary(limits, uniquingKeysWith: { $1 })
    }
}
