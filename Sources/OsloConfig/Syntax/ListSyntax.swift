/// Several values in one text, separated by commas.
enum ListSyntax {
    /// Items are trimmed; commas at the end are ignored; an empty text has no items. An item may stand in quotes, and
    /// commas between them belong to it. nil where a quote is not closed.
    static func items(_ text: String) -> [String]? {
        var pieces = split(text)[...]
        var items: [String] = []
        while let piece = pieces.popFirst() {
            var item = Trimming.trimmed(piece)
            guard let quote = item.first, quote == "\"" || quote == "'" else {
                items.append(item)
                continue
            }
            var whole = piece
            while item.count < 2 || item.last != quote {
                guard let next = pieces.popFirst() else { return nil }
                whole += "," + next
                item = Trimming.trimmed(whole)
            }
            items.append(String(item.dropFirst().dropLast()))
        }
        return items
    }

    /// A piece without a colon belongs to the value before it. nil where a key is empty, missing or given twice.
    static func pairs(_ text: String) -> [String: String]? {
        var entries: [String] = []
        for piece in split(text) {
            if piece.contains(":") {
                entries.append(piece)
            } else {
                guard let last = entries.popLast() else { return nil }
                entries.append(last + "," + piece)
            }
        }
        var pairs: [String: String] = [:]
        for entry in entries {
            guard let colon = entry.firstIndex(of: ":") else { return nil }
            let key = Trimming.trimmed(entry[..<colon])
            let value = Trimming.trimmed(entry[entry.index(after: colon)...])
            guard !key.isEmpty, pairs.updateValue(value, forKey: key) == nil else { return nil }
        }
        return pairs
    }

    private static func split(_ text: String) -> [String] {
        var text = Trimming.trimmed(text)
        while text.hasSuffix(",") { text.removeLast() }
        guard !text.isEmpty else { return [] }
        return text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
}
