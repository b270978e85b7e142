import Dispatch
import Loop
import Protection
import TestSupport
import Testing

@testable import Banks

@Suite(.timeLimit(.minutes(1))) struct BankLaneTests {
    private let time = ManualTime()
    /// What a call waits for that hangs as on a dead network file system.
    private let gate = DispatchSemaphore(value: 0)

    private func lane(limit: Int = 10) -> BankLane {
        BankLane(label: "test", time: time, patience: .seconds(60), limit: limit)
    }

    @Test func `a call that hangs is given up after a minute, and one behind it is never made`() async throws {
        let lane = lane()
        let made = Made()
        let hanging = Task {
            try await lane.run { [gate] () throws(BankError) in
                gate.wait()
                made.append("hanging")
            }
        }
        await time.waitForSleepers(1)
        let behind = Task { try await lane.run { () throws(BankError) in made.append("behind") } }
        await time.waitForSleepers(2)

        time.advance(by: .seconds(60))
        for call in [await hanging.result, await behind.result] {
            let error = #expect(throws: BankError.self) { try call.get() }
            #expect(error?.code == .unavailable)
            #expect(error?.disposition == .transient)
        }
        gate.signal()
        // Only after what was before it: the lane is free again, and in order.
        try await lane.run { () throws(BankError) in made.append("later") }
        #expect(made.names == ["hanging", "later"])
    }

    @Test func `more calls than the limit do not wait`() async throws {
        let lane = lane(limit: 2)
        async let first: Void = lane.run { [gate] () throws(BankError) in gate.wait() }
        async let second: Int = lane.run { () throws(BankError) in 2 }
        await time.waitForSleepers(2)

        let error = await #expect(throws: BankError.self) { try await lane.run { () throws(BankError) in 3 } }
        #expect(error?.code == .unavailable)
        gate.signal()
        try await first
        #expect(try await second == 2)
        #expect(try await lane.run { () throws(BankError) in 4 } == 4)
    }

    @Test func `a caller that is cancelled still gets its answer`() async throws {
        let lane = lane()
        let task = Task { try await lane.run { [gate] () throws(BankError) in gate.wait() } }
        await time.waitForSleepers(1)
        task.cancel()
        gate.signal()
        try await task.value
        let late = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await lane.run { () throws(BankError) in Task.isCancelled ? 0 : 1 }
        }
        #expect(try await late.value == 1)
    }

    @Test func `nothing keeps watching a call that is done`() async throws {
        let lane = lane()
        for number in 0..<50 { #expect(try await lane.run { () throws(BankError) in number } == number) }
        try await eventually { time.deadlines.isEmpty }
    }
}

/// The calls that were made, in their order.
private final class Made: Sendable {
    private let state = Locked<[String]>([])

    var names: [String] { state.withLock { $0 } }

    func append(_ name: String) { state.withLock { $0.append(name) } }
}
