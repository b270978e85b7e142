import Loop
import TestSupport
import Testing

@Suite struct DeadlineTests {
    private struct Failure: Error {}
    private let time = ManualTime()

    @Test func `work that ends in time gives its result or its own error`() async throws {
        let deadline = time.now() + .seconds(1)
        #expect(try await withDeadline(deadline, time: time) { 7 } == 7)
        await #expect(throws: Failure.self) { try await withDeadline(deadline, time: time) { throw Failure() } }
        #expect(time.deadlines.isEmpty, "no sleeper is left behind")
    }

    @Test func `work that is not over at the deadline is cancelled, and the deadline is the error`() async {
        let work = Task { [time] in
            try await withDeadline(time.now() + .seconds(1), time: time) { try await Task.sleep(for: .seconds(3600)) }
        }
        await time.waitForSleepers()
        time.advance(by: .seconds(1))
        await #expect(throws: DeadlineExceeded.self) { try await work.value }
    }

    @Test func `a caller that is cancelled gets a cancellation, not a deadline`() async {
        let work = Task { [time] in
            try await withDeadline(time.now() + .seconds(1), time: time) { try await Task.sleep(for: .seconds(3600)) }
        }
        await time.waitForSleepers()
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
    }
}
