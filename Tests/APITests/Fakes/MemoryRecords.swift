import Foundation
import Loop
import Protection

/// The store's rows in memory, by the contract of `RecordStore`; patterns of names match as parts of them.
final class MemoryRecords: RecordStore {
    struct Rows {
        var plans: [Plan] = []
        var restores: [Restore] = []
        var verifications: [Verification] = []
        var logs: [OperationLog] = []
        var failure: StoreError?
        /// How often something was written.
        var writes = 0
    }

    let rows = Locked(Rows())
    let answers = MemoryAnswers()

    private func read<T>(_ body: (inout Rows) throws(StoreError) -> T) throws(StoreError) -> T {
        try rows.withLock { rows throws(StoreError) in
            if let failure = rows.failure { throw failure }
            return try body(&rows)
        }
    }

    private static func one<Row>(_ rows: [Row], where matches: (Row) -> Bool) throws(StoreError) -> Row {
        guard let row = rows.first(where: matches) else { throw StoreError(.notFound, "no such row") }
        return row
    }

    func insert(_ plan: Plan, quota: Int, keeping answer: KeptAnswer?) throws(StoreError) {
        try read { rows throws(StoreError) in
            guard quota < 0 || rows.plans.count(where: { $0.projectID == plan.projectID }) < quota else {
                throw StoreError.quotaExceeded(.plans, limit: quota)
            }
            if let answer { try answers.add(answer) }
            rows.plans.append(plan)
            rows.writes += 1
        }
    }

    func plan(_ id: String) throws(StoreError) -> Plan {
        try read { rows throws(StoreError) in try Self.one(rows.plans) { $0.id == id } }
    }

    func plans(_ query: ListQuery) throws(StoreError) -> [Plan] {
        try read { rows throws(StoreError) in
            try Self.list(rows.plans, query, id: \.id, project: \.projectID, createdAt: \.createdAt) { plan in
                ["name": plan.name, "status": plan.status, "description": plan.description ?? ""]
            }
        }
    }

    func update(_ plan: Plan, at date: Date) throws(StoreError) {
        try read { rows throws(StoreError) in
            guard let index = rows.plans.firstIndex(where: { $0.id == plan.id }) else {
                throw StoreError(.notFound, "no such plan")
            }
            rows.plans[index] = plan
            rows.writes += 1
        }
    }

    func deletePlan(_ id: String, at date: Date) throws(StoreError) {
        try read { rows throws(StoreError) in
            rows.plans.removeAll { $0.id == id }
            rows.writes += 1
        }
    }

    func restore(_ id: String) throws(StoreError) -> Restore {
        try read { rows throws(StoreError) in try Self.one(rows.restores) { $0.id == id } }
    }

    func restores(_ query: ListQuery) throws(StoreError) -> [Restore] {
        try read { rows throws(StoreError) in
            try Self.list(rows.restores, query, id: \.id, project: \.projectID, createdAt: \.createdAt) {
                ["status": $0.status.rawValue]
            }
        }
    }

    func verification(_ id: String) throws(StoreError) -> Verification {
        try read { rows throws(StoreError) in try Self.one(rows.verifications) { $0.id == id } }
    }

    func verifications(_ query: ListQuery) throws(StoreError) -> [Verification] {
        try read { rows throws(StoreError) in
            try Self.list(rows.verifications, query, id: \.id, project: \.projectID, createdAt: \.createdAt) {
                ["status": $0.status.rawValue]
            }
        }
    }

    func operationLog(_ id: String) throws(StoreError) -> OperationLog {
        try read { rows throws(StoreError) in try Self.one(rows.logs) { $0.id == id } }
    }

    func operationLogs(_ query: ListQuery) throws(StoreError) -> [OperationLog] {
        try read { rows throws(StoreError) in
            try Self.list(rows.logs, query, id: \.id, project: \.projectID, createdAt: \.createdAt) {
                ["status": $0.status, "plan_id": $0.planID ?? "", "checkpoint_id": $0.checkpointID ?? ""]
            }
        }
    }

    private static func list<Row>(
        _ rows: [Row], _ query: ListQuery, id: @escaping (Row) -> String, project: (Row) -> String,
        createdAt: @escaping (Row) -> Date,
        columns: @escaping (Row) -> [String: String]
    ) throws(StoreError) -> [Row] {
        let sort = query.sort.first ?? ListQuery.Sort(key: "created_at", isDescending: true)
        let key: (Row) -> (String, String) = { row in
            let moment = String(createdAt(row).timeIntervalSince1970)
            return (sort.key == "created_at" ? moment : columns(row)[sort.key] ?? "", id(row))
        }
        if let row = rows.first, sort.key != "created_at", sort.key != "id", columns(row)[sort.key] == nil {
            throw StoreError(.invalidQuery, "unknown sort key '\(sort.key)'")
        }
        var found = rows.filter { row in
            (query.projectID == nil || project(row) == query.projectID)
                && query.filters.allSatisfy { name, value in
                    ["name", "description"].contains(name)
                        ? columns(row)[name]?.contains(value) == true : columns(row)[name] == value
                }
        }
        found.sort { sort.isDescending ? key($0) > key($1) : key($0) < key($1) }
        if let marker = query.marker {
            guard let position = found.firstIndex(where: { id($0) == marker }) else {
                throw StoreError(.notFound, "marker \(marker) does not exist")
            }
            found.removeFirst(position + 1)
        }
        return Array(found.dropFirst(query.offset).prefix(query.limit))
    }
}
