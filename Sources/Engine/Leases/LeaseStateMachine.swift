import Protection

/// Decides whether the daemon holds its lease of a bank, and when to write it again. A value: it writes nothing.
///
/// Whoever drives it says when a write begins and how it ended. One write is under way at a time.
///
/// Invariants:
/// 1. It is valid only while what the last good write left in the bank holds for longer than the validity window. That is
///    counted from before the write began, on the monotonic clock: a step of the wall clock makes nothing valid.
/// 2. A write that failed, and may have come to the bank all the same, changes nothing: the lease in the bank is never older
///    than what is held here.
/// 3. Between two moments of one term it was valid all the time. What was seen of others in an earlier term counts no more:
///    they may have taken over what they found without a lease.
///
/// States:
/// - lapsed -> valid: a write succeeded in time, and a term begins
/// - valid -> valid: a write succeeded before it lapsed
/// - valid -> lapsed: time
struct LeaseStateMachine: Sendable {
    private let windows: LeaseWindows
    private var lastTerm = 0
    private var validUntil: ContinuousClock.Instant?
    private var writeBegan: ContinuousClock.Instant?
    private var nextWrite: ContinuousClock.Instant?

    init(_ windows: LeaseWindows) {
        self.windows = windows
    }

    /// The term that goes on; nil while it is not valid.
    func term(at now: ContinuousClock.Instant) -> Int? {
        guard let validUntil, now < validUntil else { return nil }
        return lastTerm
    }

    /// When it is to be written again; nil for at once.
    var due: ContinuousClock.Instant? { nextWrite }

    mutating func writeBegan(at now: ContinuousClock.Instant) {
        writeBegan = now
    }

    mutating func written(at now: ContinuousClock.Instant) {
        guard let began = writeBegan.take() else { return }
        if term(at: now) == nil { lastTerm += 1 }
        validUntil = began + (windows.expire - windows.validity)
        nextWrite = began + windows.renewal
    }

    /// Tried again soon while it is valid; when it has lapsed, whoever needs it tries, and this only now and then.
    mutating func writeFailed(at now: ContinuousClock.Instant) {
        guard writeBegan.take() != nil else { return }
        nextWrite = now + (term(at: now) == nil ? windows.renewal : windows.renewal / 4)
    }
}
