import OrderedCollections
import Protection

/// Karbor's own types of values (`api/schemas/parameter_types.py`).
extension Field {
    /// A name: text that is not blank. Null is refused in words of its own.
    func nameText() throws(APIError) -> String {
        guard !value.isNull else { throw Self.invalidName("The 'name' can not be None.") }
        let name = try text()
        guard name.contains(where: { !$0.isWhitespace }) else {
            throw Self.invalidName("The 'name' can not be empty.")
        }
        return name
    }

    private static func invalidName(_ reason: String) -> APIError {
        APIError(.badRequest, "An invalid 'name' value was provided. \(reason)")
    }

    /// Null, or up to 255 printable characters.
    func descriptionText() throws(APIError) -> String? {
        guard let text = try optionalText() else { return nil }
        guard text.unicodeScalars.allSatisfy(Self.isPrintable) else {
            throw refusal("It may hold printable characters only")
        }
        return text
    }

    func uuid() throws(APIError) -> String {
        let text = try text()
        guard UUIDText.isUUID(text) else { throw refusal("'\(text.quoted(100))' is not a 'uuid'") }
        return text
    }

    /// Null, or an object of whatever.
    func optionalObject() throws(APIError) -> JSONValue {
        guard value.isNull || value.object != nil else { throw wrongType("object', 'null") }
        return value
    }

    /// Null, or an object of booleans, texts and integers.
    func metadata() throws(APIError) -> OrderedDictionary<String, JSONValue>? {
        if value.isNull { return nil }
        let object = try object()
        for (key, value) in object {
            guard Self.isKey(key) else { throw wrongKey(key) }
            switch value {
            case .bool, .string, .integer: continue
            default: throw Field(name: key, value: value).wrongType("boolean', 'string', 'integer")
            }
        }
        return object
    }

    /// An object of metadata: for a type of resource or one resource, what its plugin is told.
    func parameters() throws(APIError) -> Protection.Parameters {
        for (key, value) in try object() {
            guard Self.isKey(key) else { throw wrongKey(key) }
            _ = try Field(name: key, value: value).metadata()
        }
        return Protection.Parameters(value)
    }

    private func wrongKey(_ key: String) -> APIError {
        refusal("'\(key.quoted(50))' does not match any of the regexes: '^[a-zA-Z0-9-_:.# ]{1,255}$'")
    }

    private static func isKey(_ key: String) -> Bool {
        (1...255).contains(key.utf8.count)
            && key.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"),
                    UInt8(ascii: "."), UInt8(ascii: "#"), UInt8(ascii: " "):
                    true
                default: false
                }
            }
    }

    /// What Nova's and so Karbor's pattern leaves: no category "other", of the separators only spaces.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
