import Protection

extension JSONValue {
    /// The object with some members replaced or added; nil takes one away.
    func replacing(_ changes: [String: JSONValue?]) -> JSONValue {
        var members = object ?? [:]
        for (key, value) in changes.sorted(by: { $0.key < $1.key }) { members[key] = value }
        return .object(members)
    }
}
