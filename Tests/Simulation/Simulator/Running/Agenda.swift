import Loop

/// What will happen in the simulated world, and the time in it: it stands still but for going to the next thing to happen.
final class Agenda {
    private(set) var now: ContinuousClock.Instant
    private var timers = TimerQueue()
    private var actions: [UInt64: () -> Void] = [:]
    private var lastID: UInt64 = 0

    let start: ContinuousClock.Instant

    init() {
        start = .now
        now = start
    }

    var elapsed: Duration { start.duration(to: now) }

    /// At equal times in the order of adding.
    @discardableResult
    func add(at instant: ContinuousClock.Instant, _ action: @escaping () -> Void) -> UInt64 {
        lastID += 1
        timers.add(lastID, at: max(instant, now))
        actions[lastID] = action
        return lastID
    }

    @discardableResult
    func add(after pause: Duration, _ action: @escaping () -> Void) -> UInt64 {
        add(at: now + pause, action)
    }

    func remove(_ id: UInt64) {
        timers.remove(id)
        actions[id] = nil
    }

    /// Lets the next thing happen; false where there is none.
    func runNext() -> Bool {
        guard let instant = timers.earliest(), let id = timers.next(dueBy: instant) else { return false }
        now = max(now, instant)
        actions.removeValue(forKey: id)?()
        return true
    }
}
