package import FoundationEssentials

/// The only way to learn or wait for the time in code that tests drive.
///
/// Durations are counted on the monotonic clock (`now`), what others read is on the wall clock (`date`).
package protocol TimeSource: Sendable {
    /// The monotonic clock. It goes on while the machine sleeps.
    func now() -> ContinuousClock.Instant

    /// The wall clock, UTC.
    func date() -> Date

    /// Waits until `deadline`; returns at once if it has passed. Throws only when the caller's task is cancelled.
    func sleep(until deadline: ContinuousClock.Instant) async throws(CancellationError)
}

extension TimeSource {
    package func sleep(for duration: Duration) async throws(CancellationError) {
        try await sleep(until: now() + duration)
    }
}
