import API
import Logging
import Loop
import ServiceLifecycle
import Telemetry

/// Lets the metrics be read. An address that cannot be had ends the start.
struct MetricsService: Service {
    let configuration: MetricsConfiguration
    let registry: MetricRegistry
    let log: Logger
    let whenListening: @Sendable () -> Void

    func run() async throws {
        let listens = Locked(false)
        let server = MetricsServer(configuration: configuration, registry: registry, logger: log) { port in
            listens.withLock { $0 = true }
            log.notice("the metrics can be read", metadata: ["port": "\(port ?? 0)"])
            whenListening()
        }
        do {
            try await server.run()
        } catch  where !listens.withLock({ $0 }) {
            throw SettingsError(
                "[metrics] listen, port: cannot listen at \(configuration.host) port \(configuration.port): \(error)")
        }
    }
}
