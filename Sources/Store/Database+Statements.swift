import GRDB

extension Database {
    /// Runs one statement, prepared once a connection, and returns how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
        try cachedStatement(sql: sql).execute(arguments: arguments)
        return changesCount
    }

    /// What `decode` makes of each row of a query, prepared once a connection. `key` names the column that names the row.
    func all<Value>(
        _ sql: String, _ arguments: StatementArguments = [], from table: String, key: String = "id",
        _ decode: (RowReader) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        // Not `fetchAll`: a row that outlives its cursor is a copy, in which each column is searched for by name.
        let rows = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
        while let row = try rows.next() { values.append(try decode(RowReader(row: row, table: table, key: key))) }
        return values
    }

    /// What `decode` makes of the first row; nil where there is none.
    func first<Value>(
        _ sql: String, _ arguments: StatementArguments = [], from table: String, key: String = "id",
        _ decode: (RowReader) throws -> Value
    ) throws -> Value? {
        let rows = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
        return try rows.next().map { try decode(RowReader(row: $0, table: table, key: key)) }
    }
}
