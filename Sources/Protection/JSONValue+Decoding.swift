import OrderedCollections

extension JSONValue {
    /// Reads one JSON text (RFC 8259), strictly. The order of keys is kept, of equal keys the last one counts.
    ///
    /// Written here because FoundationEssentials' decoder keeps neither the order of keys nor large integers.
    /// Throws for anything else, for values nested deeper than 128, and for keys that Swift cannot tell apart or takes long to
    /// compare: its texts are equal where Unicode calls them so, however they are spelled, and to find out costs the square
    /// of what stands behind one letter.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        var parser = JSONParser(bytes: bytes)
        self = try parser.document()
    }

    package init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }
}

private struct JSONParser {
    static let depthLimit = 128
    /// In bytes.
    static let keyLimit = 1024
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONError) -> JSONValue {
        let result = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw fail("unexpected text after the value") }
        return result
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func fail(_ reason: String) -> JSONError { JSONError(reason: reason, offset: position) }
    private func limit(_ reason: String) -> JSONError { JSONError(reason: reason, offset: position, isLimit: true) }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= Self.depthLimit else { throw fail("nested too deep") }
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case .some: return try number()
        case nil: throw fail("a value is missing")
        }
    }

    private mutating func literal(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw fail("no JSON value") }
        position += word.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        position += 1
        var members: OrderedDictionary<String, JSONValue> = [:]
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw fail("a key is missing") }
            let key = try string()
            guard key.utf8.count <= Self.keyLimit else { throw limit("a key is longer than \(Self.keyLimit) bytes") }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw fail("':' is missing") }
            if let index = members.index(forKey: key), !members.keys[index].utf8.elementsEqual(key.utf8) {
                throw limit("two keys of an object are one text in two spellings")
            }
            members[key] = try value(depth: depth + 1)
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw fail("',' or '}' is missing") }
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        position += 1
        var values: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(values) }
        while true {
            values.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(values) }
            guard take(UInt8(ascii: ",")) else { throw fail("',' or ']' is missing") }
        }
    }

    private mutating func digits() -> Bool {
        let start = position
        while let byte = current, byte >= 0x30, byte <= 0x39 { position += 1 }
        return position > start
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        var isInteger = true
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) {
            guard digits() else { throw fail("no JSON value") }
        }
        if take(UInt8(ascii: ".")) {
            isInteger = false
            guard digits() else { throw fail("digits are missing") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() else { throw fail("digits are missing") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger { return Int64(text).map { .integer($0) } ?? .largeInteger(text) }
        guard let value = Double(text), value.isFinite else { throw fail("the number is too large") }
        return .number(value)
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        var units: [UInt8] = []
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: units, as: UTF8.self) else { throw fail("the text is no UTF-8") }
                return text
            case UInt8(ascii: "\\"): try escape(into: &units)
            case 0..<0x20: throw fail("a control character in a text")
            default: units.append(byte)
            }
        }
        throw fail("a text has no end")
    }

    private mutating func escape(into units: inout [UInt8]) throws(JSONError) {
        guard let byte = current else { throw fail("a text has no end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
        case UInt8(ascii: "b"): units.append(0x08)
        case UInt8(ascii: "f"): units.append(0x0C)
        case UInt8(ascii: "n"): units.append(0x0A)
        case UInt8(ascii: "r"): units.append(0x0D)
        case UInt8(ascii: "t"): units.append(0x09)
        case UInt8(ascii: "u"): units += Array(String(Character(try scalar())).utf8)
        default: throw fail("an unknown escape")
        }
    }

    /// One `\uXXXX`, or two of them that make a surrogate pair. A lone surrogate becomes U+FFFD, as it is no text.
    private mutating func scalar() throws(JSONError) -> Unicode.Scalar {
        let first = try hex()
        if let scalar = Unicode.Scalar(first) { return scalar }
        let mark = position
        if first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
            let second = try hex()
            if (0xDC00...0xDFFF).contains(second),
                let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
            {
                return scalar
            }
        }
        position = mark
        return "\u{FFFD}"
    }

    private mutating func hex() throws(JSONError) -> UInt32 {
        guard position + 4 <= bytes.count,
            let text = String(validating: bytes[position..<position + 4], as: UTF8.self),
            text.allSatisfy(\.isHexDigit), let value = UInt32(text, radix: 16)
        else { throw fail("four hexadecimal digits are missing") }
        position += 4
        return value
    }
}
