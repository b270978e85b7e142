import FoundationEssentials

/// The machine's clocks, and the sleepers of a loop: any number of them behind one alarm on the loop's queue.
final class Timers: TimeSource {
    private typealias Ticket = Waiters<Bool>.Ticket
    private typealias Sleeper = Waiters<Bool>.Continuation

    private struct State {
        var alarm: Alarm?
        var queue = TimerQueue()
        /// An outcome says whether the time has come; the other one is cancellation.
        var sleepers = Waiters<Bool>()
    }

    private let state = Locked(State())

    init(executor: DispatchExecutor) {
        state.withLock { state in
            state.alarm = Alarm(queue: executor.queue) { [weak self] in self?.ring() }
        }
    }

    func now() -> ContinuousClock.Instant { .now }

    func date() -> Date { Date() }

    func sleep(until deadline: ContinuousClock.Instant) async throws(CancellationError) {
        let ticket = state.withLock { $0.sleepers.draw() }
        let slept = await withTaskCancellationHandler {
            await withCheckedContinuation { sleeper in
                if let early = wait(ticket, deadline, sleeper) { sleeper.resume(returning: early) }
            }
        } onCancel: {
            cancel(ticket)?.resume(returning: false)
        }
        state.withLock { $0.sleepers.remove(ticket) }
        guard slept else { throw CancellationError() }
    }

    private func wait(_ ticket: Ticket, _ deadline: ContinuousClock.Instant, _ sleeper: Sleeper) -> Bool? {
        state.withLock { state in
            if let early = state.sleepers.wait(ticket, sleeper) { return early }
            guard deadline > .now else {
                // It hands out the sleeper that is resumed with this.
                _ = state.sleepers.settle(ticket, true)
                return true
            }
            state.queue.add(ticket, at: deadline)
            state.alarm?.set(for: deadline)
            return nil
        }
    }

    private func cancel(_ ticket: Ticket) -> Sleeper? {
        state.withLock { state in
            state.queue.remove(ticket)
            return state.sleepers.settle(ticket, false)
        }
    }

    private func ring() {
        let woken = state.withLock { state in
            state.alarm?.hasRung()
            let now = ContinuousClock.now
            var woken: [Sleeper] = []
            while let ticket = state.queue.next(dueBy: now) {
                if let sleeper = state.sleepers.settle(ticket, true) { woken.append(sleeper) }
            }
            state.alarm?.set(for: state.queue.earliest())
            return woken
        }
        for sleeper in woken { sleeper.resume(returning: true) }
    }
}
