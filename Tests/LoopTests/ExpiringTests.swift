import TestSupport
import Testing

@testable import Loop

@Suite struct ExpiringTests {
    private struct Failure: Error {}

    /// A fetch that a test lets end when it wants to.
    private final class Fetcher: Sendable {
        typealias Outcome = Result<(Int, expiresAt: ContinuousClock.Instant), any Error>
        private let state = Locked<(started: Int, waiting: [CheckedContinuation<Outcome, Never>])>((0, []))

        var started: Int { state.withLock { $0.started } }

        func fetch() async throws -> (Int, expiresAt: ContinuousClock.Instant) {
            try await withCheckedContinuation { waiter in
                state.withLock { state in
                    state.started += 1
                    state.waiting.append(waiter)
                }
            }.get()
        }

        func waitUntilStarted(_ count: Int) async {
            while started < count { await Task.yield() }
        }

        func end(_ outcome: Outcome) {
            state.withLock { $0.waiting.removeFirst() }.resume(returning: outcome)
        }
    }

    private let time = ManualTime()
    private let fetcher = Fetcher()
    private let cache: Expiring<Int>

    init() {
        cache = Expiring(time: time)
    }

    private func ask() -> Task<Int, any Error> {
        Task { [cache, fetcher] in try await cache.value { try await fetcher.fetch() } }
    }

    /// Returns once so many callers have asked, and one fetch has begun for them.
    private func untilWaiting(_ count: Int) async {
        while cache.waiting < count || fetcher.started < 1 { await Task.yield() }
    }

    private func inSeconds(_ seconds: Int) -> ContinuousClock.Instant { time.now() + .seconds(seconds) }

    @Test func `all who ask meanwhile get the one fetch's value, and it is kept until it expires`() async throws {
        let callers = (0..<100).map { _ in ask() }
        await untilWaiting(100)
        fetcher.end(.success((1, inSeconds(10))))
        for caller in callers { #expect(try await caller.value == 1) }
        time.advance(by: .seconds(9))
        #expect(try await ask().value == 1 && cache.current == 1)
        #expect(fetcher.started == 1)
        time.advance(by: .seconds(1))
        #expect(cache.current == nil)
        let late = ask()
        await fetcher.waitUntilStarted(2)
        fetcher.end(.success((2, inSeconds(10))))
        #expect(try await late.value == 2)
    }

    @Test func `a failure is told to those who wait, and the next to ask fetches anew`() async throws {
        let failing = [ask(), ask()]
        await untilWaiting(2)
        fetcher.end(.failure(Failure()))
        for caller in failing { await #expect(throws: Failure.self) { try await caller.value } }
        #expect(fetcher.started == 1)
        let next = ask()
        await fetcher.waitUntilStarted(2)
        fetcher.end(.success((3, inSeconds(1))))
        #expect(try await next.value == 3)
    }

    @Test func `a caller that is cancelled leaves at once, and the fetch goes on for the others`() async throws {
        let leaving = ask()
        await fetcher.waitUntilStarted(1)
        let staying = ask()
        await untilWaiting(2)
        leaving.cancel()
        await #expect(throws: CancellationError.self) { try await leaving.value }
        fetcher.end(.success((4, inSeconds(10))))
        #expect(try await staying.value == 4)
        #expect(fetcher.started == 1)
    }

    @Test func `a fetch for which nobody waits any more still fills the cache`() async throws {
        let leaving = ask()
        await fetcher.waitUntilStarted(1)
        leaving.cancel()
        _ = await leaving.result
        fetcher.end(.success((5, inSeconds(10))))
        while cache.current == nil { await Task.yield() }
        #expect(try await ask().value == 5)
        #expect(fetcher.started == 1)
    }
}
