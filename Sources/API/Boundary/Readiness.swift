/// One thing that keeps the daemon from its work, as `/readyz` names it.
package struct Impediment: Sendable, Equatable {
    /// A closed set of words: `keystone`, `store`, `provider`.
    package var component: String
    package var reason: String

    package init(component: String, reason: String) {
        self.component = component
        self.reason = reason
    }
}

extension Impediment {
    static let storeSilent = Impediment(component: "store", reason: "the store does not answer")
}

/// Gives what is not ready, nothing where all is well. Answers at once from what is known; asks nobody.
package typealias Readiness = @Sendable () async -> [Impediment]
