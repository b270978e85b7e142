package import OrderedCollections

/// What became of each resource of a restore or verification: Karbor's `resources_status` and `resources_reason`.
package struct ResourceReport: Sendable, Equatable {
    /// `OS::Cinder::Volume#<id>` to a status such as `restoring`, `available`, `error`.
    package var status: OrderedDictionary<String, String>
    /// The same keys to a reason, empty where all is well.
    package var reason: OrderedDictionary<String, String>

    package init(status: OrderedDictionary<String, String> = [:], reason: OrderedDictionary<String, String> = [:]) {
        self.status = status
        self.reason = reason
    }

    package mutating func set(_ key: ResourceKey, status: String, reason: String = "") {
        self.status[key.description] = status
        self.reason[key.description] = reason
    }
}
