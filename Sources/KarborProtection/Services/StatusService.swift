import Loop
import ServiceLifecycle
import Telemetry

/// Tells systemd how it goes: the STATUS line with the numbers in flight, and STOPPING when the stop begins.
struct StatusService: Service {
    private static let interval = Duration.seconds(2)

    let notifier: ServiceNotifier
    let status: @Sendable () async -> String
    let time: any TimeSource

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat { _ = notifier.status(await status()) } while await pause()
        }
        _ = notifier.stopping(status: "stopping: \(await status())")
    }

    /// False when it is time to stop.
    private func pause() async -> Bool {
        do {
            try await time.sleep(for: Self.interval)
            return true
        } catch {
            return false
        }
    }
}
