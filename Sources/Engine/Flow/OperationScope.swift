package import Loop

/// The span of one operation's work, or of its clean-up: until when it may go on, and how everything in it is stopped.
///
/// A scope is interrupted at most once, and the first reason stays. Whoever waits in it leaves at once with that reason;
/// effects that have begun are not cut off.
package final class OperationScope: Sendable {
    package let time: any TimeSource
    /// When it is interrupted by itself.
    package let end: ContinuousClock.Instant
    private let reason: Interruption
    private let state = Locked(State())

    private struct State {
        var interruption: Interruption?
        var onInterrupt: (@Sendable () -> Void)?
        var sleepers: [Int: AsyncStream<Never>.Continuation] = [:]
        var lastSleeper = 0
    }

    package init(time: any TimeSource, end: ContinuousClock.Instant, reason: Interruption) {
        self.time = time
        self.end = end
        self.reason = reason
    }

    package var interruption: Interruption? { state.withLock(\.interruption) }

    /// Throws what the scope was interrupted with, if it was.
    package func check() throws(Interruption) {
        if let interruption { throw interruption }
        if time.now() >= end { throw interrupt(reason) }
    }

    @discardableResult
    package func interrupt(_ reason: Interruption) -> Interruption {
        let (first, action, sleepers) = state.withLock { state in
            let action = state.interruption == nil ? state.onInterrupt : nil
            state.onInterrupt = nil
            let first = state.interruption ?? reason
            state.interruption = first
            defer { state.sleepers = [:] }
            return (first, action, Array(state.sleepers.values))
        }
        action?()
        for sleeper in sleepers { sleeper.finish() }
        return first
    }

    /// Waits, but not beyond the scope. An interruption ends it also in a task that nobody cancels, as an effect's is.
    package func sleep(for pause: Duration) async throws(Interruption) {
        try check()
        let (interrupted, alarm) = AsyncStream<Never>.makeStream()
        let id = wake(alarm)
        let deadline = min(end, time.now() + pause)
        await withTaskGroup(of: Void.self) { [time] group in
            group.addTask { try? await time.sleep(until: deadline) }
            group.addTask { for await _ in interrupted {} }
            await group.next()
            group.cancelAll()
        }
        state.withLock { _ = $0.sleepers.removeValue(forKey: id) }
        if Task.isCancelled { throw interrupt(.suspended) }
        try check()
    }

    /// Runs `work` as a task that an interruption cancels, and that its end interrupts.
    package func run<Value: Sendable>(
        on loop: Loop, _ work: @escaping @Sendable () async throws -> Value
    ) async -> Result<Value, any Error> {
        let task = loop.spawn { try await work() }
        let cancel: (@Sendable () -> Void)? = state.withLock { state in
            guard state.interruption == nil else { return { task.cancel() } }
            state.onInterrupt = { task.cancel() }
            return nil
        }
        cancel?()
        let watch = loop.spawn { [time, end, reason] in
            guard (try? await time.sleep(until: end)) != nil else { return }
            self.interrupt(reason)
        }
        let result = await task.result
        watch.cancel()
        return result
    }

    /// Ends the stream at the interruption, at once if it was before.
    private func wake(_ sleeper: AsyncStream<Never>.Continuation) -> Int {
        let (id, isLate) = state.withLock { state in
            state.lastSleeper += 1
            if state.interruption == nil { state.sleepers[state.lastSleeper] = sleeper }
            return (state.lastSleeper, state.interruption != nil)
        }
        if isLate { sleeper.finish() }
        return id
    }
}
