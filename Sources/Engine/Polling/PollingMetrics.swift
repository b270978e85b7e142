package import Metrics
package import Telemetry

/// What waiting costs other services, for operators.
package struct PollingMetrics: Sendable {
    private static let rounds = "karbor_polling_rounds"
    private static let requests = "karbor_polling_requests"

    let rounds: Counter
    /// Pages of lists, and looks at one thing.
    let pages: Counter
    let looks: Counter

    package init(factory: any MetricsFactory = MetricsSystem.factory) {
        rounds = Counter(label: Self.rounds, factory: factory)
        pages = Counter(label: Self.requests, dimensions: [("form", "page")], factory: factory)
        looks = Counter(label: Self.requests, dimensions: [("form", "single")], factory: factory)
    }

    package static let declarations = [
        MetricDeclaration(rounds, .counter, "Looks at all that operations of a project wait for in a collection."),
        MetricDeclaration(
            requests, .counter, labels: ["form"], "Requests by which things were looked at that operations wait for."),
    ]
}
