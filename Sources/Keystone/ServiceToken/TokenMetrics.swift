package import Metrics
package import Telemetry

/// How it stands with a token of the daemon's own, for operators.
///
/// How long a renewal took is told when it has ended; all else the source knows anyway, and is asked for it.
package struct TokenMetrics: Sendable {
    private static let renewals = "karbor_service_token_renewals"
    private static let failures = "karbor_service_token_renewal_failures"
    private static let age = "karbor_service_token_age_seconds"
    private static let expiry = "karbor_service_token_expiry_seconds"
    private static let duration = "karbor_service_token_renewal_seconds"
    private static let waited = "karbor_service_token_requests_waited"
    private static let rejections = "karbor_service_token_rejections"

    private let kind: TokenKind
    private let took: Timer

    package init(_ kind: TokenKind, factory: any MetricsFactory = MetricsSystem.factory) {
        self.kind = kind
        took = Timer(label: Self.duration, dimensions: [("token", kind.rawValue)], factory: factory)
    }

    /// An attempt has ended, whatever came of it.
    func attempted(took duration: Duration) { took.record(duration: duration) }

    func observations(_ status: ServiceTokenStatus) -> [MetricObservation] {
        let (label, statistics) = ([kind.rawValue], status.statistics)
        // Those that Keystone itself makes are there from the start, so that their rates begin at zero.
        let failures = [.credentialRefused: 0, .identityUnavailable: 0].merging(statistics.failuresByCode) { $1 }
        return [
            MetricObservation(Self.renewals, Double(statistics.renewals), labels: label),
            MetricObservation(Self.age, (status.age ?? .zero) / .seconds(1), labels: label),
            MetricObservation(Self.expiry, (status.validFor ?? .zero) / .seconds(1), labels: label),
            MetricObservation(Self.waited, Double(statistics.requestsThatWaited), labels: label),
            MetricObservation(Self.rejections, Double(statistics.rejections), labels: label),
        ] + failures.map { MetricObservation(Self.failures, Double($1), labels: label + [$0.rawValue]) }
    }

    package static let declarations = [
        MetricDeclaration(
            renewals, .counter, labels: ["token"], "Service tokens got from Keystone, the first one included."),
        MetricDeclaration(
            failures, .counter, labels: ["token", "code"], "Attempts to get a service token that gave none, by why."),
        MetricDeclaration(age, .gauge, labels: ["token"], "Since when the token in hand was asked for; 0 without one."),
        MetricDeclaration(expiry, .gauge, labels: ["token"], "For how long the token in hand is valid; 0 without one."),
        MetricDeclaration(
            duration, .histogram([0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20]), labels: ["token"],
            "From asking Keystone for a token to its answer, or to giving up."),
        MetricDeclaration(
            waited, .counter, labels: ["token"], "Requests that had to wait, as there was no token to send them with."),
        MetricDeclaration(
            rejections, .counter, labels: ["token"], "Tokens that a service refused before their end."),
    ]
}
