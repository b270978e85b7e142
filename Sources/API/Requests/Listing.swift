import Engine
import Protection

/// What a list request asks for: which rows, in which order, how many, after which one.
///
/// The names `limit`, `marker`, `offset`, `sort`, `sort_key`, `sort_dir` and `all_tenants` are taken; every other one is a
/// filter. A filter that the caller may not use is dropped without a word, as Karbor does.
struct Listing: Sendable {
    static let offsetLimit = 2_147_483_647

    let limit: Int
    let marker: String?
    let offset: Int
    let sort: [ListQuery.Sort]
    /// Whether rows of all projects are asked for, by somebody who may.
    let isAllTenants: Bool
    let filters: [String: String]
    private let items: QueryItems

    /// - Parameter columns: the filters that there are, which an admin may use.
    /// - Parameter allowed: those of them that everybody may use.
    init(
        query: String?, caller: Caller, maxLimit: Int, columns: [String], allowed: [String]
    ) throws(APIError) {
        items = QueryItems(query)
        limit = try min(Self.number(items, "limit", in: 1...Int.max) ?? maxLimit, maxLimit)
        offset = try Self.number(items, "offset", in: 0...Self.offsetLimit) ?? 0
        marker = items["marker"]
        sort = try Self.sort(items)
        let wantsAll = try Self.flag(items, "all_tenants")
        isAllTenants = wantsAll && caller.isAdmin
        let usable = caller.isAdmin ? columns : columns.filter(allowed.contains)
        var filters: [String: String] = [:]
        for name in usable {
            if let value = items[name].flatMap(Self.filterValue) { filters[name] = value }
        }
        self.filters = filters
    }

    /// The value of a query item that is no filter.
    subscript(name: String) -> String? { items[name] }

    /// The project whose rows to list; nil for those of all.
    func projectID(_ caller: Caller) -> String? {
        isAllTenants ? items["project_id"].flatMap(Self.filterValue) : caller.projectID
    }

    func rows(of caller: Caller) -> ListQuery {
        ListQuery(
            projectID: projectID(caller), filters: filters, sort: sort, marker: marker, limit: limit, offset: offset)
    }

    /// The answer: the rows, and where to go on if there were as many as asked for.
    ///
    /// - Parameter isFilled: whether fewer are as many as there may be on one page.
    func page(
        _ collection: String, _ rows: [JSONValue], in scope: ProjectScope, lastID: String?, isFilled: Bool = false
    ) -> JSONValue {
        var answer: JSONValue = [collection: .array(rows)]
        if rows.count >= limit || isFilled, let lastID, case .object(var members) = answer {
            var next = items
            next["marker"] = lastID
            let href = "\(scope.links.service)/v1/\(scope.caller.projectID)/\(collection)?\(next.encoded)"
            members[collection + "_links"] = [["rel": "next", "href": .string(href)]]
            answer = .object(members)
        }
        return answer
    }

    // MARK: The words of a query

    private static func number(
        _ items: QueryItems, _ name: String, in range: ClosedRange<Int>
    ) throws(APIError) -> Int? {
        guard let text = items[name] else { return nil }
        guard let number = Int(text) else { throw APIError(.badRequest, "\(name) param must be an integer") }
        guard range.contains(number) else {
            let bounds =
                range.upperBound == Int.max ? "positive" : "between \(range.lowerBound) and \(range.upperBound)"
            throw APIError(.badRequest, "\(name) param must be \(bounds)")
        }
        return number
    }

    private static func flag(_ items: QueryItems, _ name: String) throws(APIError) -> Bool {
        guard let text = items[name] else { return false }
        guard let value = JSONValue.string(text.filter { !$0.isWhitespace }).boolean else {
            throw APIError(.badRequest, "Value '\(text.quoted(50))' for '\(name)' is not a boolean.")
        }
        return value
    }

    /// A filter's value is read as a Python literal where it is one. `None` filters nothing.
    private static func filterValue(_ text: String) -> String? {
        switch PythonLiteral.parse(text) {
        case .string(let inner): inner
        case .null: nil
        default: text
        }
    }

    private static func sort(_ items: QueryItems) throws(APIError) -> [ListQuery.Sort] {
        if let sort = items["sort"] {
            guard items["sort_key"] == nil, items["sort_dir"] == nil else {
                throw APIError(
                    .badRequest, "The 'sort_key' and 'sort_dir' parameters cannot be used with the 'sort' parameter.")
            }
            var keys: [ListQuery.Sort] = []
            for part in sort.split(separator: ",").prefix(10) {
                let words = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                let key = words[0].filter { $0 != " " }
                keys.append(try order(key, words.count > 1 ? String(words[1]) : "desc"))
            }
            if !keys.isEmpty { return keys }
        }
        return [try order(items["sort_key"] ?? "created_at", items["sort_dir"] ?? "desc")]
    }

    private static func order(_ key: String, _ direction: String) throws(APIError) -> ListQuery.Sort {
        switch direction.filter({ $0 != " " }).lowercased() {
        case "asc": return ListQuery.Sort(key: key, isDescending: false)
        case "desc": return ListQuery.Sort(key: key, isDescending: true)
        default:
            throw APIError(.badRequest, "Invalid sort direction '\(direction.quoted(50))': must be 'asc' or 'desc'.")
        }
    }
}
