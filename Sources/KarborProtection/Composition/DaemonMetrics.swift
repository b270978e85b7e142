import API
import Engine
import Keystone
import Logging
import Metrics
import Telemetry

/// All that the daemon measures, where an operator wants it; docs/metrics.md lists it.
struct DaemonMetrics: Sendable {
    private static let build = "karbor_build"

    static let declarations =
        TokenMetrics.declarations + RequestMetrics.declarations + OperationMetrics.declarations
        + PollingMetrics.declarations + ProgressMetrics.declarations + ProcessMetrics.declarations + [
            MetricDeclaration(build, .info, labels: ["version"], "The version of karbor-protection.")
        ]

    private let configuration: MetricsConfiguration
    private let registry = MetricRegistry(declarations)
    private let listening = AsyncStream<Never>.makeStream()

    /// What is made from now on counts here. To be called once in the life of the process, before anything counts.
    ///
    /// - Parameter startTime: when the process began, in seconds since 1970.
    init(_ configuration: MetricsConfiguration, startTime: Double) {
        self.configuration = configuration
        let process = ProcessMetrics(startTime: startTime)
        registry.observe { process.observations() }
        registry.observe { [MetricObservation(Self.build, 1, labels: [BuildVersion.current])] }
        MetricsSystem.bootstrap(registry)
    }

    func observe(_ tokens: ServiceTokenSource) {
        registry.observe { tokens.observations }
    }

    func observe(_ progress: ProgressBoard) {
        registry.observe { ProgressMetrics.observations(of: progress.total) }
    }

    /// What listens for those who want to read.
    func service() -> MetricsService {
        MetricsService(configuration: configuration, registry: registry, log: Logger(label: "karbor.metrics")) {
            [listening] in
            listening.continuation.finish()
        }
    }

    /// Returns once it listens; false if it will not.
    func isListening() async -> Bool {
        for await _ in listening.stream {}
        return !Task.isCancelled
    }
}
