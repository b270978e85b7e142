import FoundationEssentials
import OrderedCollections

/// What a list of Cinder's is asked for by.
struct CinderQuery {
    private var items: OrderedDictionary<String, String> = [:]

    init(_ path: String) {
        guard let question = path.firstIndex(of: "?") else { return }
        for item in path[path.index(after: question)...].split(separator: "&") {
            let pair = item.split(separator: "=", maxSplits: 1).map { String($0).removingPercentEncoding ?? "" }
            if pair.count == 2 { items[pair[0]] = pair[1] }
        }
    }

    subscript(name: String) -> String? { items[name] }

    var isAscending: Bool {
        if let sort = self["sort"] { return sort.hasSuffix(":asc") }
        return self["sort_dir"] == "asc"
    }

    func wants(_ thing: CinderThing) -> Bool {
        if let id = self["volume_id"], thing.volumeID != id { return false }
        if let status = self["status"], thing.status != status { return false }
        if let name = self["name"], thing.name != name { return false }
        // Cinder does not search backups by it.
        guard thing.kind != .backups, let metadata = self["metadata"] else { return true }
        return Self.pairs(metadata).allSatisfy { thing.metadata[$0.0] == $0.1 }
    }

    /// The query of the next page.
    func next(after marker: String, limit: Int) -> String {
        var items = items
        items["marker"] = marker
        items["limit"] = String(limit)
        return items.map { "\($0.key)=\(Self.encoded($0.value))" }.joined(separator: "&")
    }

    /// Of a Python dictionary of texts without quotes.
    private static func pairs(_ text: String) -> [(String, String)] {
        text.split(whereSeparator: { "{},".contains($0) }).compactMap { pair in
            let words = pair.split(separator: "'").map(String.init)
            guard let first = words.firstIndex(where: { $0.contains("_") }), words.count > first + 2 else { return nil }
            return (words[first], words[first + 2])
        }
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(Unicode.Scalar(byte))
            if character.isASCII, character.isLetter || character.isNumber || "-_.".contains(character) {
                return String(character)
            }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }
}
