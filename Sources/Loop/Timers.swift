import Synchronization

/// The sleepers of a loop: any number of them behind one alarm on the loop's queue.
///
/// A sleeper's continuation is kept until its time comes or its task is cancelled; whoever takes it out under the lock
/// resumes it, once.
final class Timers: Sendable {
    private typealias Sleeper = CheckedContinuation<Bool, Never>

    /// joining -> asleep: `wait`. joining -> cancelled: `cancel`. asleep -> woken: `ring` or `cancel`. Whoever drew a
    /// ticket removes it in the end.
    private enum Ticket {
        case joining
        case asleep(Sleeper)
        case cancelled
        case woken
    }

    private struct State {
        var alarm: Alarm?
        var queue = TimerQueue()
        var tickets: [UInt64: Ticket] = [:]
        var lastTicket: UInt64 = 0

        mutating func take(_ ticket: UInt64, leaving next: Ticket) -> Sleeper? {
            let sleeper: Sleeper? = if case .asleep(let sleeper) = tickets[ticket] { sleeper } else { nil }
            tickets[ticket] = next
            return sleeper
        }
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

    private func wait(_ ticket: UInt64, _ deadline: ContinuousClock.Instant, _ sleeper: Sleeper) -> Bool? {
        state.withLock { state in
            if case .cancelled = state.tickets[ticket] { return false }
            if deadline <= .now { return true }
            state.tickets[ticket] = .asleep(sleeper)
            state.queue.add(ticket, at: deadline)
            state.alarm?.set(for: deadline)
            return nil
        }
    }

    private func cancel(_ ticket: UInt64) -> Sleeper? {
        state.withLock { state in
            state.queue.remove(ticket)
            return state.take(ticket, leaving: .cancelled)
        }
    }

    private func ring() {
        let woken = state.withLock { state in
            state.alarm?.hasRung()
            let now = ContinuousClock.now
            var woken: [Sleeper] = []
            while let ticket = state.queue.next(dueBy: now) {
                if let sleeper = state.take(ticket, leaving: .woken) { woken.append(sleeper) }
            }
            state.alarm?.set(for: state.queue.earliest())
            return woken
        }
        for sleeper in woken { sleeper.resume(returning: true) }
    }
}
