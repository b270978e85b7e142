import Loop
package import Metrics
package import Telemetry

/// How requests to other services go, for operators: one for the whole process, a `ServiceMetrics` for each service.
package final class RequestMetrics: Sendable {
    private let factory: any MetricsFactory
    private let services = Locked<[String: ServiceMetrics]>([:])

    package init(factory: any MetricsFactory = MetricsSystem.factory) {
        self.factory = factory
    }

    /// Those of a service. There are as many as there are service types in the configuration.
    func service(_ type: String) -> ServiceMetrics {
        services.withLock { services in
            let known = services[type] ?? ServiceMetrics(type, factory)
            services[type] = known
            return known
        }
    }

    package static let declarations = [
        MetricDeclaration(
            ServiceMetrics.requests, .counter, labels: ["service", "method", "status_class"],
            "Requests sent to a service, each attempt for itself; status_class none had no answer."),
        MetricDeclaration(
            ServiceMetrics.duration, .histogram([0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]),
            labels: ["service"],
            "From a request to the end of its answer, of a streamed one to the end of its head, or to its failure."),
        MetricDeclaration(
            ServiceMetrics.retries, .counter, labels: ["service"],
            "Requests sent again by themselves after a failure that may pass. Not after a 401."),
        MetricDeclaration(
            ServiceMetrics.refusals, .counter, labels: ["service", "cause"],
            "Answers 401 of a service, by what they turned out to be."),
    ]
}
