import GRDB

/// A condition with the values of its placeholders.
struct SQLCondition {
    var sql: String
    var arguments: [any DatabaseValueConvertible]

    init(_ sql: String, _ arguments: [any DatabaseValueConvertible] = []) {
        self.sql = sql
        self.arguments = arguments
    }

    mutating func and(_ other: SQLCondition) {
        sql += " AND \(other.sql)"
        arguments += other.arguments
    }
}
