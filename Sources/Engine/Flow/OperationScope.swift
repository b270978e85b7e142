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
        var watchers: [Int: @Sendable (Interruption) -> Void] = [:]
        var lastWatcher = 0
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
        let (first, action, watchers) = state.withLock { state in
            let action = state.interruption == nil ? state.onInterrupt : nil
            state.onInterrupt = nil
            let first = state.interruption ?? reason
            state.interruption = first
            defer { state.watchers = [:] }
            return (first, action, Array(state.watchers.values))
        }
        action?()
        for watcher in watchers { watcher(first) }
        return first
    }

    /// Calls `action` once at the interruption, at once if it was before, on any task. Returns the name under which that is
    /// to be forgotten.
    func whenInterrupted(_ action: @escaping @Sendable (Interruption) -> Void) -> Int {
        let (id, early) = state.withLock { state in
            state.lastWatcher += 1
            if state.interruption == nil { state.watchers[state.lastWatcher] = action }
            return (state.lastWatcher, state.interruption)
        }
        if let early { action(early) }
        return id
    }

    func forget(_ id: Int) {
        state.withLock { _ = $0.watchers.removeValue(forKey: id) }
    }

    /// Waits, but not beyond the scope. An interruption ends it also in a task that nobody cancels, as an effect's is.
    package func sleep(for pause: Duration) async throws(Interruption) {
        try check()
        let (interrupted, alarm) = AsyncStream<Never>.makeStream()
        let id = whenInterrupted { _ in alarm.finish() }
        let deadline = min(end, time.now() + pause)
        await withTaskGroup(of: Void.self) { [time] group in
            group.addTask { try? await time.sleep(until: deadline) }
            group.addTask { for await _ in interrupted {} }
            await group.next()
            group.cancelAll()
        }
        forget(id)
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
}
