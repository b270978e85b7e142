/// When something will be done, judged by how fast it went since it began.
///
/// It is steady: what is estimated stays until more is done, or until it has not come true. What was done before, as by an
/// earlier life of the daemon, says nothing of the speed.
struct EndEstimate: Sendable {
    /// Less time, or a smaller part of the work, tells nothing.
    static let leastTime = Duration.seconds(10)
    static let leastPart = 0.01

    private let began: ContinuousClock.Instant
    private var done = 0.0
    private var total = 0.0
    private(set) var end: ContinuousClock.Instant?

    init(began: ContinuousClock.Instant) { self.began = began }

    /// - Parameter done: what was done since the beginning.
    /// - Parameter total: what there was to do then.
    mutating func update(done: Double, total: Double, at now: ContinuousClock.Instant) {
        let isNews = done != self.done || total != self.total
        guard isNews || isOverdue(at: now) || end == nil else { return }
        (self.done, self.total) = (done, total)
        end = Self.end(began: began, done: done, total: total, at: now)
    }

    /// Whether the end that was estimated has come, and the work has not.
    func isOverdue(at now: ContinuousClock.Instant) -> Bool { end.map { $0 < now } ?? false }

    /// Nil where there is nothing to tell by, or nothing left to do. Never before `now`.
    static func end(
        began: ContinuousClock.Instant, done: Double, total: Double, at now: ContinuousClock.Instant
    ) -> ContinuousClock.Instant? {
        let elapsed = now - began
        guard elapsed >= leastTime, total > 0, done < total, done >= total * leastPart else { return nil }
        return now + elapsed * ((total - done) / done)
    }
}
