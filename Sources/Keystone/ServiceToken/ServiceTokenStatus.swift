/// How it stands with the daemon's own token: for the unit's STATUS line, health and metrics.
package struct ServiceTokenStatus: Sendable {
    /// Nil where there is no valid token.
    package var validFor: Duration?
    /// Counted from when it was asked for. Nil where there is no valid token.
    package var age: Duration?
    /// Why the last attempt failed. Nil if it did not.
    package var failure: ServiceError?
    /// None of `service_token_roles` is among them: services will not take it as a service token.
    package var lacksRole: Bool
    package var statistics: TokenCacheStateMachine.Statistics

    package var isUsable: Bool { validFor != nil }

    /// For the STATUS line: `service token valid for 2 400 s`, `no service token: Keystone refused …`.
    package var summary: String {
        var parts: [String] = []
        if let validFor {
            parts.append("service token valid for \(validFor.components.seconds) s")
            if let failure { parts.append("not renewed: \(failure.message)") }
            if lacksRole { parts.append("it lacks the service role") }
        } else {
            parts.append("no service token" + (failure.map { ": \($0.message)" } ?? " yet"))
        }
        return parts.joined(separator: ", ")
    }
}
