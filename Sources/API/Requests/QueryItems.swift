/// The query of a request: names and values in the order they came.
struct QueryItems: Sendable {
    private(set) var items: [(name: String, value: String)]

    init(_ query: String?) {
        items = (query ?? "").split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (FormEncoding.decode(parts[0]), parts.count > 1 ? FormEncoding.decode(parts[1]) : "")
        }
    }

    /// The last one of that name, as WebOb takes it.
    subscript(name: String) -> String? {
        // Byte by byte: whether two texts are equal as Unicode has it can take long to find out.
        get { items.last { $0.name.utf8.elementsEqual(name.utf8) }?.value }
        set {
            items.removeAll { $0.name.utf8.elementsEqual(name.utf8) }
            if let newValue { items.append((name, newValue)) }
        }
    }

    var encoded: String {
        items.map { FormEncoding.encode($0.name) + "=" + FormEncoding.encode($0.value) }.joined(separator: "&")
    }
}
