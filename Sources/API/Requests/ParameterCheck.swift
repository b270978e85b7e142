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
            return words.contains { $0 == value || text($0) == text(value) }
        }
        let types = property["type"]?.array?.compactMap(\.string) ?? [property["type"]?.string].compactMap { $0 }
        return types.isEmpty || types.contains { fits(value, type: $0) }
    }

    private static func fits(_ value: JSONValue, type: String) -> Bool {
        switch type {
        case "boolean": value.boolean != nil
        case "integer": value.integer != nil || value.string.flatMap { Int64($0) } != nil
        case "number": value.integer != nil || value.string.flatMap { Double($0) }?.isFinite == true
        // Texts may come as what they look like; metadata holds nothing deeper.
        default: true
        }
    }

    private static func text(_ value: JSONValue) -> String { value.string ?? value.encoded }

    private static func misfit(_ name: String, _ value: JSONValue, _ property: JSONValue) -> APIError {
        let wanted =
            if let words = property["enum"] {
                "one of \(words.encoded)"
            } else {
                "of type \(property["type"]?.encoded ?? "")"
            }
        return Field(name: name, value: value).refusal("It is not \(wanted)")
    }
}
