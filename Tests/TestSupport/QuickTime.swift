package import FoundationEssentials
import Loop

/// Time in which short sleeps take none: the clock jumps to their end. Whoever sleeps longer waits until others have slept
/// that long, or until a test moves the time.
package final class QuickTime: TimeSource {
    private let time: ManualTime
    private let longest: Duration

    package init(jumpsUpTo longest: Duration = .seconds(70), date: Date = Date(timeIntervalSince1970: 1_700_000_000)) {
        time = ManualTime(date: date)
        self.longest = longest
    }

    package func now() -> ContinuousClock.Instant { time.now() }
    package func date() -> Date { time.date() }
    package func advance(by duration: Duration) { time.advance(by: duration) }

    package func sleep(until deadline: ContinuousClock.Instant) async throws(CancellationError) {
        let rest = deadline - now()
        guard rest <= longest else { return try await time.sleep(until: deadline) }
        if Task.isCancelled { throw CancellationError() }
        await Task.yield()
        let stillLeft = deadline - now()
        if stillLeft > .zero { time.advance(by: stillLeft) }
        if Task.isCancelled { throw CancellationError() }
    }
}
