import Logging
import Loop
import Protection
import ServiceLifecycle

/// Removes from the store what is kept no longer: at the start and every ten minutes, a little at a time, so that no other
/// write waits long. A failure is told once, and tried again.
struct RetentionService: Service {
    private static let interval = Duration.seconds(600)
    private static let pause = Duration.milliseconds(200)
    /// Some milliseconds of the store's time.
    private static let batch = 100

    let store: any RetentionStore
    let retention: Retention
    let time: any TimeSource
    let log: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var isFailing = false
            repeat {
                let reason = await removeAll()
                if let reason, !isFailing {
                    log.warning("what has ended long ago could not be removed", metadata: ["reason": "\(reason)"])
                }
                isFailing = reason != nil
            } while await time.pause(for: Self.interval)
        }
    }

    /// Why it failed, if it did.
    private func removeAll() async -> StoreError? {
        do {
            while try await store.removeOutdated(retention, at: time.date(), limit: Self.batch),
                await time.pause(for: Self.pause)
            {}
            return nil
        } catch {
            return error
        }
    }
}
