import Synchronization

/// The sleepers of a loop: any number of them behind one alarm on the loop's queue.
///
/// A sleeper's continuation sits in the queue of timers until its time comes or its task is cancelled; whoever takes it
/// out under the lock resumes it, once.
final class Timers: Sendable {
    private typealias Sleeper = CheckedContinuation<Bool, Never>

    private struct State {
        var alarm: Alarm?
        var sleepers = TimerQueue<Sleeper>()
        var tickets: [Int: Ticket] = [:]
        var lastTicket = 0
    }

    /// joining -> waiting: `wait`. joining -> cancelled: `cancel`. Whoever drew a ticket removes it in the end.
    private enum Ticket {
        case joining
        case waiting(TimerQueue<Sleeper>.ID)
        case cancelled
    }

    private let state = Mutex(State())

    init(executor: DispatchExecutor) {
        state.withLock { state in
            state.alarm = Alarm(queue: executor.queue) { [weak self] in self?.ring() }
        }
    }

    func sleep(until deadline: ContinuousClock.Instant) async throws(CancellationError) {
        let ticket = state.withLock { state in
            state.lastTicket += 1
            state.tickets[state.lastTicket] = .joining
            return state.lastTicket
        }
        let slept = await withTaskCancellationHandler {
            await withCheckedContinuation { sleeper in
                if let early = wait(ticket, deadline, sleeper) { sleeper.resume(returning: early) }
            }
        } onCancel: {
            cancel(ticket)?.resume(returning: false)
        }
        state.withLock { _ = $0.tickets.removeValue(forKey: ticket) }
        guard slept else { throw CancellationError() }
    }

    private func wait(_ ticket: Int, _ deadline: ContinuousClock.Instant, _ sleeper: Sleeper) -> Bool? {
        state.withLock { state in
            if case .cancelled = state.tickets[ticket] { return false }
            if deadline <= .now { return true }
            state.tickets[ticket] = .waiting(state.sleepers.add(at: deadline, sleeper))
            state.alarm?.set(for: deadline)
            return nil
        }
    }

    private func cancel(_ ticket: Int) -> Sleeper? {
        state.withLock { state in
            defer { state.tickets[ticket] = .cancelled }
            guard case .waiting(let timer) = state.tickets[ticket] else { return nil }
            return state.sleepers.remove(timer)
        }
    }

    private func ring() {
        let woken = state.withLock { state in
            state.alarm?.hasRung()
            let now = ContinuousClock.now
            var woken: [Sleeper] = []
            while let sleeper = state.sleepers.next(dueBy: now) { woken.append(sleeper) }
            state.alarm?.set(for: state.sleepers.earliest())
            return woken
        }
        for sleeper in woken { sleeper.resume(returning: true) }
    }
}
