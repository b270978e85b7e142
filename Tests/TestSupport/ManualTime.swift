package import FoundationEssentials
import Loop

/// Time that stands still until a test moves it.
package final class ManualTime: TimeSource {
    private struct State {
        var elapsed: Duration = .zero
        var wallShift: Duration = .zero
        var sleepers: [Int: (deadline: ContinuousClock.Instant, continuation: CheckedContinuation<Bool, Never>)] = [:]
        var cancelledEarly: Set<Int> = []
        var lastSleeper = 0
    }

    private let start = ContinuousClock.now
    private let startDate: Date
    private let state = Locked(State())

    package init(date: Date = Date(timeIntervalSince1970: 1_700_000_000)) {
        startDate = date
    }

    package func now() -> ContinuousClock.Instant { start + state.withLock { $0.elapsed } }

    package func date() -> Date {
        startDate + (state.withLock { $0.elapsed + $0.wallShift } / .seconds(1))
    }

    package func sleep(until deadline: ContinuousClock.Instant) async throws(CancellationError) {
        let id = state.withLock { state in
            state.lastSleeper += 1
            return state.lastSleeper
        }
        let slept = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in add(id, deadline, continuation) }
        } onCancel: {
            cancel(id)
        }
        state.withLock { _ = $0.cancelledEarly.remove(id) }
        guard slept else { throw CancellationError() }
    }

    /// Moves both clocks and wakes whoever slept until then, earliest first.
    package func advance(by duration: Duration) {
        let now = state.withLock { state in
            state.elapsed += duration
            return start + state.elapsed
        }
        let woken = state.withLock { state in
            let due = state.sleepers.filter { $0.value.deadline <= now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.sorted { $0.deadline < $1.deadline }
        }
        for sleeper in woken { sleeper.continuation.resume(returning: true) }
    }

    /// Moves the wall clock alone, as an administrator or NTP does.
    package func shiftDate(by duration: Duration) {
        state.withLock { $0.wallShift += duration }
    }

    /// Returns once at least `count` tasks sleep: what a test waits for before it moves the time. If that never comes, it
    /// returns all the same, and what the test expects tells.
    package func waitForSleepers(_ count: Int = 1) async {
        try? await eventually { deadlines.count >= count }
    }

    /// When the first of those who sleep wakes up; waits for one to fall asleep.
    package func nextWakeUp() async -> ContinuousClock.Instant? {
        await waitForSleepers()
        return deadlines.first
    }

    /// The deadlines of all who sleep, earliest first.
    package var deadlines: [ContinuousClock.Instant] {
        state.withLock { $0.sleepers.values.map(\.deadline).sorted() }
    }

    private func add(_ id: Int, _ deadline: ContinuousClock.Instant, _ continuation: CheckedContinuation<Bool, Never>) {
        let slept: Bool? = state.withLock { state in
            if state.cancelledEarly.contains(id) { return false }
            if deadline <= start + state.elapsed { return true }
            state.sleepers[id] = (deadline, continuation)
            return nil
        }
        if let slept { continuation.resume(returning: slept) }
    }

    private func cancel(_ id: Int) {
        let sleeper = state.withLock { state in
            if let sleeper = state.sleepers.removeValue(forKey: id) { return Optional(sleeper) }
            state.cancelledEarly.insert(id)
            return nil
        }
        sleeper?.continuation.resume(returning: false)
    }
}
