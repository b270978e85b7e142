package import FoundationEssentials

/// The daemon's event loop: one executor on one serial queue, and the timers on it.
///
/// Work that talks all the time (transport, engine, plugins, poller) runs here, so that its calls cost no hop between
/// queues. Nothing on the loop may block; what must block goes to a `BlockingLane`.
package final class Loop: TimeSource {
    package let executor: any LoopExecutor
    private let time: any TimeSource

    package convenience init(label: String) {
        let executor = DispatchExecutor(label: label)
        self.init(executor: executor, time: Timers(executor: executor))
    }

    /// A loop that something else than Dispatch drives, by another clock.
    package init(executor: any LoopExecutor, time: any TimeSource) {
        self.executor = executor
        self.time = time
    }

    /// Runs `body` on the loop and returns its result. What it calls, and its child tasks, stay on the loop.
    package func run<T: Sendable, Failure: Error>(
        _ body: @Sendable @escaping () async throws(Failure) -> T
    ) async throws(Failure) -> T {
        try await withTaskExecutorPreference(executor.tasks, operation: body)
    }

    /// Starts `body` on the loop as a task of its own: whoever needs it to end early cancels the task.
    @discardableResult
    package func spawn<T: Sendable>(
        _ body: sending @escaping @isolated(any) () async throws -> T
    ) -> Task<T, any Error> {
        Task(executorPreference: executor.tasks, operation: body)
    }

    // MARK: - TimeSource

    package func now() -> ContinuousClock.Instant { time.now() }

    package func date() -> Date { time.date() }

    package func sleep(until deadline: ContinuousClock.Instant) async throws(CancellationError) {
        try await time.sleep(until: deadline)
    }
}
