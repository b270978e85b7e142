import OrderedCollections
import Protection

/// A value of a body and the name that a refusal calls it by. What is read from it is checked on the way.
///
/// The words of a refusal are those of JSON Schema, as Karbor answers with them.
struct Field: Sendable {
    /// The last part of the path to it; empty for the body itself.
    let name: String
    let value: JSONValue

    func refusal(_ message: String) -> APIError {
        name.isEmpty
            ? APIError(.badRequest, message)
            : APIError(.badRequest, "Invalid input for field/attribute \(name). Value: \(shown). \(message)")
    }

    /// An object with members that are all named in `allowed`, those in `required` among them.
    func members(_ allowed: [String], required: [String] = []) throws(APIError) -> Members {
        let object = try object()
        let surplus = object.keys.filter { !allowed.contains($0) }
        guard surplus.isEmpty else {
            let names = surplus.prefix(5).map { "'\($0.quoted(50))'" }.joined(separator: ", ")
            throw refusal(
                "Additional properties are not allowed (\(names) \(surplus.count == 1 ? "was" : "were") unexpected)")
        }
        for key in required where object[key] == nil { throw refusal("'\(key)' is a required property") }
        return Members(parent: self, object: object)
    }

    func object() throws(APIError) -> OrderedDictionary<String, JSONValue> {
        guard case .object(let object) = value else { throw wrongType("object") }
        return object
    }

    func text(limit: Int = 255) throws(APIError) -> String {
        guard case .string(let text) = value else { throw wrongType("string") }
        guard text.unicodeScalars.count <= limit else { throw refusal("\(shown) is too long") }
        // No store keeps what stands behind one.
        guard !text.utf8.contains(0) else { throw refusal("It may hold no null character") }
        return text
    }

    func optionalText(limit: Int = 255) throws(APIError) -> String? {
        if value.isNull { return nil }
        guard value.string != nil else { throw wrongType("string', 'null") }
        return try text(limit: limit)
    }

    func word(of words: [String]) throws(APIError) -> String {
        let text = try text()
        guard words.contains(text) else {
            throw refusal("\(shown) is not one of [\(words.map { "'\($0)'" }.joined(separator: ", "))]")
        }
        return text
    }

    func wrongType(_ type: String) -> APIError { refusal("\(shown) is not of type '\(type)'") }

    /// The value as a refusal quotes it: enough to recognise it, never all of a large body. Of an object or a list not even
    /// a part, as there may be a password in it.
    private var shown: String {
        switch value {
        case .object: "an object"
        case .array: "a list"
        case .string(let text): text.quoted(100)
        default: value.encoded.quoted(100)
        }
    }
}
