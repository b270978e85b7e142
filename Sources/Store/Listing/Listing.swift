import GRDB
import Protection

/// A collection that users list: its table, and what it can be filtered and sorted by.
struct Listing {
    let table: String
    /// Equal in a filter, and sort keys.
    let columns: [String]
    /// Match as regular expressions in a filter.
    var patterns: [String] = []
    /// Which rows exist for users.
    var visible = "TRUE"

    /// Sort keys only: a moment is no filter.
    private static let moments = ["created_at"]

    static let plans = Listing(
        table: "plans", columns: ["id", "project_id", "name", "description", "provider_id", "status"],
        patterns: ["name", "description"], visible: "deleted_at IS NULL")
    static let restores = Listing(
        table: "restores",
        columns: ["id", "project_id", "provider_id", "checkpoint_id", "restore_target", "status"])
    static let verifications = Listing(
        table: "verifications", columns: ["id", "project_id", "provider_id", "checkpoint_id", "status"])
    static let operationLogs = Listing(
        table: "operation_logs",
        columns: [
            "id", "project_id", "operation_type", "checkpoint_id", "plan_id", "provider_id", "restore_id",
            "scheduled_operation_id", "status",
        ])

    /// What `decode` makes of the rows that `query` asks for, in its order. Throws `.invalidQuery`, also where the
    /// expressions would take more than `steps`, and `.notFound` for an unknown marker.
    func records<Record>(
        _ query: ListQuery, steps: Int = Pattern.stepLimit, _ database: Database,
        _ decode: (RowReader) throws -> Record
    ) throws -> [Record] {
        guard query.limit >= 0, query.offset >= 0 else {
            throw StoreError(.invalidQuery, "limit and offset may not be negative")
        }
        var condition = try scope(of: query)
        let expressions = try patternFilters(of: query)
        let order = try Order(query.sort, keys: columns + Self.moments)
        if let marker = query.marker { condition.and(try position(of: marker, query, order, database)) }

        var sql = "SELECT * FROM \(table) WHERE \(condition.sql) ORDER BY \(order.sql)"
        // Expressions are matched here rather than by an SQL function, which would read its pattern anew for each row.
        if expressions.isEmpty {
            sql += " LIMIT ? OFFSET ?"
            condition.arguments += [query.limit, query.offset]
        }
        var steps = steps
        var records: [Record] = []
        var skipped = expressions.isEmpty ? query.offset : 0
        // Prepared each time: callers choose the text, and GRDB keeps for good what it prepares once.
        let rows = try Row.fetchCursor(database, sql: sql, arguments: StatementArguments(condition.arguments))
        while records.count < query.limit, let row = try rows.next() {
            guard try expressions.allSatisfy({ try $0.matches(row, steps: &steps) }) else { continue }
            if skipped < query.offset { skipped += 1; continue }
            records.append(try decode(RowReader(row: row, table: table)))
        }
        return records
    }

    /// What the caller may see, and all filters but the patterns.
    private func scope(of query: ListQuery) throws -> SQLCondition {
        var condition = SQLCondition(visible)
        if let projectID = query.projectID { condition.and(SQLCondition("project_id = ?", [projectID])) }
        // In a fixed order, so that the same filters make the same statement.
        for (column, value) in query.filters.sorted(by: { $0.key < $1.key }) {
            guard columns.contains(column) else { throw StoreError.unknown("filter", column, among: columns) }
            if !patterns.contains(column) { condition.and(SQLCondition("\(column) = ?", [value])) }
        }
        return condition
    }

    private func patternFilters(of query: ListQuery) throws -> [PatternFilter] {
        try query.filters.filter { patterns.contains($0.key) }.map { column, text in
            do {
                return PatternFilter(column: column, pattern: try Pattern(text))
            } catch {
                throw StoreError(
                    .invalidQuery, "the filter \(column) is no regular expression that is understood: \(error)")
            }
        }
    }

    /// True of the rows after the marker's. Only one that the caller could have been given is a marker.
    private func position(
        of marker: String, _ query: ListQuery, _ order: Order, _ database: Database
    ) throws -> SQLCondition {
        var condition = SQLCondition("id = ? AND \(visible)", [marker])
        if let projectID = query.projectID { condition.and(SQLCondition("project_id = ?", [projectID])) }
        let position = try database.first(
            "SELECT * FROM \(table) WHERE \(condition.sql)", StatementArguments(condition.arguments), from: table
        ) { order.after($0.row) }
        guard let position else {
            let text = marker.unicodeScalars.prefix(100)
            let isCut = text.endIndex < marker.endIndex
            throw StoreError(.notFound, "marker \(String(text))\(isCut ? "…" : "") does not exist")
        }
        return position
    }
}
