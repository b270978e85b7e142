package import OrderedCollections

/// What a user asked of the plugins, for a whole type (`OS::Cinder::Volume`) or one resource (`OS::Cinder::Volume#<id>`).
///
/// Kept as it came, so that it is given back as it came.
package struct Parameters: Sendable, Equatable {
    package var json: JSONValue

    /// `json` is an object of objects; whoever takes it from outside has checked that.
    package init(_ json: JSONValue = [:]) { self.json = json }

    /// The parameters of one resource: those of its type, overridden one by one by its own.
    package func merged(for key: ResourceKey) -> OrderedDictionary<String, JSONValue> {
        var result = json[key.type.rawValue]?.object ?? [:]
        result.merge(json[key.description]?.object ?? [:], uniquingKeysWith: { $1 })
        return result
    }
}
