import Engine
import Protection

/// Holds the parameters of a request against what a provider says of itself.
///
/// Keys name a known type, or one resource of it as `type#uuid`. A type that the provider does not load is skipped, as
/// Karbor does; a schema without properties takes anything. Types are checked as far as clients are to be believed: they
/// send booleans and numbers as text. `required` is not looked at: Karbor's own schemas require what nobody sends.
struct ParameterCheck {
    let provider: ProviderDescription
    let schema: @Sendable (ResourceSchemas) -> JSONValue

    func check(_ parameters: Protection.Parameters) throws(APIError) {
        for (key, value) in parameters.json.object ?? [:] {
            let type = try Self.type(of: key)
            guard let schemas = provider.schemas[type], let properties = schema(schemas)["properties"]?.object
            else { continue }
            for (name, given) in value.object ?? [:] {
                guard let property = properties[name] else {
                    throw APIError(.badRequest, "The key '\(name)' of the parameters for \(key) is invalid.")
                }
                guard Self.fits(given, property) else { throw Self.misfit(name, given, property) }
            }
        }
    }

    private static func type(of key: String) throws(APIError) -> ResourceType {
        let parts = key.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let type = ResourceType(rawValue: String(parts[0]))
        guard ResourceType.all.contains(type) else {
            throw APIError(.badRequest, "The key '\(key)' of the parameters names no known type of resource.")
        }
        guard parts.count == 1 || UUIDText.isUUID(String(parts[1])) else {
            throw APIError(.badRequest, "The key '\(key)' of the parameters must end in a resource's uuid.")
        }
        return type
    }

    private static func fits(_ value: JSONValue, _ property: JSONValue) -> Bool {
        if let words = property["enum"]?.array {
            // Byte by byte: texts that Unicode calls equal are not the same word.
            return words.contains { text($0).utf8.elementsEqual(text(value).utf8) }
        }
        let types = property["type"]?.array?.compactMap(\.string) ?? [property["type"]?.string].compactMap { $0 }
        guard types.isEmpty || types.contains(where: { fits(value, type: $0) }) else { return false }
        return isWithin(value, property) && hasLength(value, property) && hasFormat(value, property)
    }

    private static func fits(_ value: JSONValue, type: String) -> Bool {
        switch type {
        case "boolean": value.boolean != nil
        case "integer": value.integer != nil || value.string.flatMap { Int64($0) } != nil
        case "number": number(value) != nil
        // Texts may come as what they look like; metadata holds nothing deeper.
        default: true
        }
    }

    private static func isWithin(_ value: JSONValue, _ property: JSONValue) -> Bool {
        let (least, most) = (property["minimum"].flatMap(number), property["maximum"].flatMap(number))
        guard least != nil || most != nil else { return true }
        guard let number = number(value) else { return false }
        return least.map { number >= $0 } ?? true && most.map { number <= $0 } ?? true
    }

    private static func hasLength(_ value: JSONValue, _ property: JSONValue) -> Bool {
        guard property["minLength"] != nil || property["maxLength"] != nil else { return true }
        let length = Int64(text(value).unicodeScalars.count)
        return length >= property["minLength"]?.integer ?? 0 && length <= property["maxLength"]?.integer ?? .max
    }

    /// An empty text is as good as none: clients send one for what was left out.
    private static func hasFormat(_ value: JSONValue, _ property: JSONValue) -> Bool {
        guard property["format"] == "uuid" else { return true }
        return value.string.map { $0.isEmpty || UUIDText.isUUID($0) } ?? false
    }

    private static func number(_ value: JSONValue) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .number(let number): number
        case .string(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
        default: nil
        }
    }

    private static func text(_ value: JSONValue) -> String { value.string ?? value.encoded }

    private static func misfit(_ name: String, _ value: JSONValue, _ property: JSONValue) -> APIError {
        let wanted =
            if let words = property["enum"] {
                "one of \(words.encoded)"
            } else {
                (["type", "format"].compactMap { word in property[word].map { "of \(word) \($0.encoded)" } }
                    + ["minLength", "maxLength", "minimum", "maximum"].compactMap { word in
                        property[word].map { "with \(word) \($0.encoded)" }
                    }).joined(separator: ", ")
            }
        return Field(name: name, value: value).refusal("It is not \(wanted)")
    }
}
