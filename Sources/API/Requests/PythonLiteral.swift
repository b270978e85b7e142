import OrderedCollections
import Protection

/// Reads a Python literal, as Karbor's clients put one into a query: `{'name': 'data', 'size': 3}`, `True`, `'text'`.
///
/// Also takes JSON's words for true, false and null. What is no literal is nil; nothing is ever evaluated.
struct PythonLiteral {
    private static let depthLimit = 16
    private var rest: Substring

    static func parse(_ text: String) -> JSONValue? {
        var literal = PythonLiteral(rest: text[...])
        guard let value = literal.value(depth: 0) else { return .none }
        literal.skipSpace()
        guard literal.rest.isEmpty else { return .none }
        return value
    }

    private mutating func skipSpace() {
        rest = rest.drop { $0.isWhitespace }
    }

    private mutating func take(_ character: Character) -> Bool {
        skipSpace()
        guard rest.first == character else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func value(depth: Int) -> JSONValue? {
        guard depth <= Self.depthLimit else { return .none }
        skipSpace()
        switch rest.first {
        case "{": return dictionary(depth: depth)
        case "[": return list(until: "]", depth: depth)
        case "(": return list(until: ")", depth: depth)
        case "'", "\"": return string().map(JSONValue.string)
        case nil: return .none
        default: return word()
        }
    }

    private mutating func dictionary(depth: Int) -> JSONValue? {
        rest.removeFirst()
        var members: OrderedDictionary<String, JSONValue> = [:]
        while !take("}") {
            guard members.isEmpty || take(",") else { return .none }
            if !members.isEmpty, take("}") { break }
            skipSpace()
            guard rest.first == "'" || rest.first == "\"", let key = string(), take(":"),
                let value = value(depth: depth + 1)
            else { return .none }
            members[key] = value
        }
        return .object(members)
    }

    private mutating func list(until end: Character, depth: Int) -> JSONValue? {
        rest.removeFirst()
        var values: [JSONValue] = []
        while !take(end) {
            guard values.isEmpty || take(",") else { return .none }
            if !values.isEmpty, take(end) { break }
            guard let value = value(depth: depth + 1) else { return .none }
            values.append(value)
        }
        return .array(values)
    }

    private mutating func string() -> String? {
        let quote = rest.removeFirst()
        var text = ""
        while let character = rest.popFirst() {
            switch character {
            case quote: return text
            case "\\":
                guard let escaped = rest.popFirst() else { return .none }
                switch escaped {
                case "n": text.append("\n")
                case "t": text.append("\t")
                case "r": text.append("\r")
                case "\\", "'", "\"": text.append(escaped)
                default: return .none
                }
            default: text.append(character)
            }
        }
        return nil
    }

    private mutating func word() -> JSONValue? {
        let word = rest.prefix { $0.isLetter || $0.isNumber || "+-._".contains($0) }
        rest = rest[word.endIndex...]
        switch word {
        case "True", "true": return true
        case "False", "false": return false
        case "None", "null": return .null
        default:
            // Python's own words for numbers only: no "nan", no "infinity".
            guard let first = word.first, first.isNumber || "+-.".contains(first) else { return .none }
            if let integer = Int64(word) { return .integer(integer) }
            guard let number = Double(word), number.isFinite else { return .none }
            return .number(number)
        }
    }
}
