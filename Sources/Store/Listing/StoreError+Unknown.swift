import Protection

extension StoreError {
    /// Says what was asked for in vain, and what could have been.
    static func unknown(_ what: String, _ key: String, among known: [String]) -> StoreError {
        StoreError(.invalidQuery, "unknown \(what) '\(key)': there are \(known.joined(separator: ", "))")
    }
}
