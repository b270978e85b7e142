import Engine
import Keystone
import Loop
import ServiceLifecycle
import Telemetry

/// Tells systemd how it goes: the STATUS line with the numbers in flight, and STOPPING when the stop begins.
struct StatusService: Service {
    static let interval = Duration.seconds(2)

    let notifier: ServiceNotifier
    let status: @Sendable () async -> String
    let time: any TimeSource

    func run() async throws {
        var last = ""
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let line = await status()
                if line != last { _ = notifier.status(line) }
                last = line
                do { try await time.sleep(for: Self.interval) } catch { break }
            }
        }
        _ = notifier.stopping(status: "stopping: \(await status())")
    }
}
