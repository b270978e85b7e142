import Logging
import ServiceLifecycle
import Telemetry
import UnixSignals

/// Reads the configuration again on SIGHUP (`systemctl reload`). What cannot be read changes nothing.
struct ReloadService: Service {
    let notifier: ServiceNotifier
    let status: @Sendable () async -> String
    let log: Logger
    let reload: @Sendable () throws -> Void

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        for await _ in signals.cancelOnGracefulShutdown() {
            notifier.reloading()
            do {
                try reload()
                log.notice("configuration reloaded")
            } catch {
                log.error("configuration not reloaded: the old one holds", metadata: ["reason": "\(error)"])
            }
            notifier.ready(status: await status())
        }
    }
}
