extension JSONValue {
    /// The value as Python's `json.dumps` writes it by default: `", "` and `": "` between, everything outside ASCII escaped.
    package var encoded: String {
        var out: [UInt8] = []
        encode(into: &out)
        return String(decoding: out, as: UTF8.self)
    }

    package var encodedBytes: [UInt8] {
        var out: [UInt8] = []
        encode(into: &out)
        return out
    }

    private func encode(into out: inout [UInt8]) {
        switch self {
        case .null: out += "null".utf8
        case .bool(let value): out += (value ? "true" : "false").utf8
        case .integer(let value): out += String(value).utf8
        case .largeInteger(let digits): out += digits.utf8
        // JSON has no word for what is not finite.
        case .number(let value): out += (value.isFinite ? Self.digits(of: value) : "null").utf8
        case .string(let value): Self.quote(value, into: &out)
        case .array(let values):
            out.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { out += ", ".utf8 }
                value.encode(into: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { out += ", ".utf8 }
                Self.quote(member.key, into: &out)
                out += ": ".utf8
                member.value.encode(into: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    /// Swift turns to an exponent where a Double no longer holds every integer, at 2 to the 53rd; Python at 10 to the 16th.
    private static func digits(of value: Double) -> String {
        let isBetween = value.magnitude >= 0x1p53 && value.magnitude < 1e16
        return isBetween ? "\(Int64(value)).0" : "\(value)"
    }

    private static func quote(_ text: String, into out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for unit in text.utf16 {
            switch unit {
            case 0x22: out += "\\\"".utf8
            case 0x5C: out += "\\\\".utf8
            case 0x08: out += "\\b".utf8
            case 0x09: out += "\\t".utf8
            case 0x0A: out += "\\n".utf8
            case 0x0C: out += "\\f".utf8
            case 0x0D: out += "\\r".utf8
            case 0x20..<0x7F: out.append(UInt8(unit))
            default:
                let digits = String(unit, radix: 16)
                out += "\\u".utf8
                out += repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count)
                out += digits.utf8
            }
        }
        out.append(UInt8(ascii: "\""))
    }
}
