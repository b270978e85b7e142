internal import Dispatch

final class Timers: Sendable {
    init(executor: DispatchExecutor) {}
    func sleep(until deadline: ContinuousClock.Instant) async throws(CancellationError) {}
}
