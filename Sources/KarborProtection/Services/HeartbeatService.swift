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
        try await cancelWhenGracefulShutdown {
            var isFailing = false
            while !Task.isCancelled {
                do throws(StoreError) {
                    try await store.beat(binary: binary, host: host, at: time.date())
                    isFailing = false
                } catch {
                    if !isFailing { log.warning("the heartbeat could not be written", metadata: ["reason": "\(error)"]) }
                    isFailing = true
                }
                do { try await time.sleep(for: interval) } catch { break }
            }
        }
    }
}
