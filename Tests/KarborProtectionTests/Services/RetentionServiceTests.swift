import FoundationEssentials
import Logging
import Loop
import Protection
import TestSupport
import Testing

@testable import KarborProtection

@Suite(.timeLimit(.minutes(1))) struct RetentionServiceTests {
    /// Has so many batches to remove, and fails where it is told to.
    private final class Rows: RetentionStore {
        let batches = Locked(3)
        let calls = Locked<[Date]>([])
        let isFailing = Locked(false)

        func removeOutdated(_ retention: Retention, at date: Date, limit: Int) throws(StoreError) -> Bool {
            calls.withLock { $0.append(date) }
            if isFailing.withLock({ $0 }) { throw StoreError(.unavailable, "no disk") }
            return batches.withLock { left in
                left -= 1
                return left > 0
            }
        }

        var count: Int { calls.withLock { $0.count } }
    }

    @Test func `it removes batch after batch with a pause between, and looks again every ten minutes`() async throws {
        let (rows, time, recorder) = (Rows(), ManualTime(), LogRecorder())
        let service = RetentionService(
            store: rows, retention: Retention(maxAge: 1), time: time, log: recorder.logger)
        let running = Task { try await service.run() }
        for count in 1...3 {
            try await eventually { rows.count == count && !time.deadlines.isEmpty }
            let pause = try #require(time.deadlines.first) - time.now()
            #expect(pause == (count < 3 ? .milliseconds(200) : .seconds(600)))
            time.advance(by: pause)
        }
        try await eventually { rows.count == 4 && !time.deadlines.isEmpty }
        rows.isFailing.withLock { $0 = true }
        for count in 5...6 {
            time.advance(by: .seconds(600))
            try await eventually { rows.count == count && !time.deadlines.isEmpty }
        }
        #expect(recorder.lines.count == 1, "it is told once")
        running.cancel()
        try await running.value
    }
}
