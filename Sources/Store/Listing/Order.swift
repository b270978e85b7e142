import GRDB
import Protection

/// The order of a list: what was asked for, then `created_at` and `id` in the first key's direction, so that no two rows
/// are equal and a page can begin exactly after its marker.
struct Order {
    private(set) var terms: [ListQuery.Sort] = []

    init(_ sort: [ListQuery.Sort], keys: [String]) throws(StoreError) {
        let descends = sort.first?.isDescending ?? true
        let ties = ["created_at", "id"].map { ListQuery.Sort(key: $0, isDescending: descends) }
        for term in sort + ties where !terms.contains(where: { $0.key == term.key }) {
            guard keys.contains(term.key) else { throw StoreError.unknown("sort key", term.key, among: keys) }
            terms.append(term)
        }
    }

    var sql: String { terms.map { "\($0.key) \($0.isDescending ? "DESC" : "ASC")" }.joined(separator: ", ") }

    /// True of the rows that come after `row`: greater in the first term, or equal in it and greater in the second, …
    /// As SQLite sorts, a missing value comes before every other one.
    func after(_ row: Row) -> SQLCondition {
        var alternatives: [String] = []
        var arguments: [any DatabaseValueConvertible] = []
        var bound = ""
        if let first = terms.first, first.key == "created_at" {
            // Implied by the rest: it lets the index begin at the marker and not at the first row of all.
            bound = "created_at \(first.isDescending ? "<=" : ">=") ? AND "
            arguments.append(row[first.key] as DatabaseValue)
        }
        var equal = ""
        var equalArguments: [DatabaseValue] = []
        for term in terms {
            let value: DatabaseValue = row[term.key]
            let beyond: String? =
                switch (term.isDescending, value.isNull) {
                case (false, false): "\(term.key) > ?"
                case (false, true): "\(term.key) IS NOT NULL"
                case (true, false): "(\(term.key) < ? OR \(term.key) IS NULL)"
                case (true, true): nil
                }
            if let beyond {
                alternatives.append("(\(equal)\(beyond))")
                arguments += equalArguments + (value.isNull ? [] : [value])
            }
            equal += "\(term.key) IS ? AND "
            equalArguments.append(value)
        }
        return SQLCondition("\(bound)(\(alternatives.joined(separator: " OR ")))", arguments)
    }
}
