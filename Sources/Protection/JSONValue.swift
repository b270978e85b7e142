package import OrderedCollections

/// A JSON value whose objects keep the order of their keys, and whose integers stay the integers that they are.
///
/// What a user stores (parameters, extra information) is given back as it came, so it is kept as this value.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// One beyond `Int64`, in the digits in which it came.
    case largeInteger(String)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(OrderedDictionary<String, JSONValue>)
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(nilLiteral: ()) { self = .null }

    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(OrderedDictionary(elements, uniquingKeysWith: { $1 }))
    }
}

extension JSONValue {
    package var string: String? { if case .string(let value) = self { value } else { nil } }
    package var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    package var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    package var object: OrderedDictionary<String, JSONValue>? {
        if case .object(let value) = self { value } else { nil }
    }
    package var isNull: Bool { self == .null }

    /// What an object holds under `key`; nil for anything that is not an object.
    package subscript(key: String) -> JSONValue? { object?[key] }

    /// About as many bytes as it has encoded, without the work of encoding it.
    package var weight: Int {
        switch self {
        case .null, .bool, .integer, .number: 8
        case .largeInteger(let digits): digits.utf8.count
        case .string(let text): text.utf8.count + 4
        case .array(let values): values.reduce(4) { $0 + $1.weight }
        case .object(let members): members.reduce(4) { $0 + $1.key.utf8.count + 4 + $1.value.weight }
        }
    }

    /// A string, or null.
    package static func optional(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }

    /// The value read as a yes or no, as oslo's `bool_from_string` reads it, strictly: Karbor's clients send booleans as
    /// text, in capitals or not, with space around them or not.
    package var boolean: Bool? {
        switch self {
        case .bool(let value): return value
        case .integer(0): return false
        case .integer(1): return true
        // None of the words is as long, with spaces around it; to compare a text of any length may take long.
        case .string(let text) where text.utf8.count <= 64:
            switch text.trimmingSpace.lowercased() {
            case "true", "t", "yes", "y", "on", "1": return true
            case "false", "f", "no", "n", "off", "0": return false
            default: return nil
            }
        default: return nil
        }
    }
}

extension String {
    /// Without what Python's `strip` takes off.
    fileprivate var trimmingSpace: Substring {
        var rest = self[...].drop { $0.isWhitespace }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}
