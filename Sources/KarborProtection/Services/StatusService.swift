import Loop
import ServiceLifecycle
import Telemetry

/// Tells systemd how it goes: the STATUS line with the numbers in flight, and STOPPING when the stop begins.
///
/// Of all services it is the first to be stopped: what must not wait until the others have ended is in `stopping`.
struct StatusService: Service {
    private static let interval = Duration.seconds(2)

    let notifier: ServiceNotifier
    let status: @Sendable () async -> String
    let time: any TimeSource
    let stopping: @Sendable () async -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat { notifier.status(await status()) } while await time.pause(for: Self.interval)
        }
        await stopping()
        notifier.stopping(status: "stopping: \(await status())")
    }
}
