import FoundationEssentials

/// The ids by which OpenStack's services find in their logs what belongs together.
package enum RequestID {
    /// `req-<uuid>`: services take over an id of this form only.
    package static func make() -> String {
        "req-\(UUID().uuidString.lowercased())"
    }
}
