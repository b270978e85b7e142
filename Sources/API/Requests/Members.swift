import OrderedCollections
import Protection

/// The members of an object whose names have been checked.
struct Members: Sendable {
    let parent: Field
    let object: OrderedDictionary<String, JSONValue>

    subscript(key: String) -> Field? { object[key].map { Field(name: key, value: $0) } }

    func required(_ key: String) throws(APIError) -> Field {
        guard let field = self[key] else { throw parent.refusal("'\(key)' is a required property") }
        return field
    }
}
