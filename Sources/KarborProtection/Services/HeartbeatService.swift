import Logging
import Loop
import Protection
import ServiceLifecycle

/// Keeps this process's row among the services fresh, as `GET /os-services` shows it. A failure is told once, and the next
/// beat tries again: nothing but that list depends on it.
struct HeartbeatService: Service {
    let store: any ServiceStore
    let binary: String
    let host: String
    let interval: Duration
    let time: any TimeSource
    let log: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var isFailing = false
            repeat {
                let reason = await beat()
                if let reason, !isFailing {
                    log.warning("the heartbeat could not be written", metadata: ["reason": "\(reason)"])
                }
                isFailing = reason != nil
            } while await time.pause(for: interval)
        }
    }

    /// Why it failed, if it did.
    private func beat() async -> StoreError? {
        do {
            try await store.beat(binary: binary, host: host, at: time.date())
            return nil
        } catch {
            return error
        }
    }
}
