import GRDB
import Protection

/// An expression that a column has to match.
struct PatternFilter {
    var column: String
    var pattern: Pattern

    /// What is missing matches nothing.
    func matches(_ row: Row, steps: inout Int) throws(StoreError) -> Bool {
        guard let text = String.fromDatabaseValue(row[column]) else { return false }
        do {
            return try pattern.matches(text, steps: &steps)
        } catch {
            throw StoreError(.invalidQuery, "the filter \(column) cannot be matched: \(error)")
        }
    }
}
