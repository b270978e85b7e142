import FoundationEssentials
import Loop
import TestSupport
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct OperationScopeTests {
    private let time = ManualTime()
    private let loop = Loop(label: "test")

    private func scope(_ length: Duration = .seconds(100)) -> OperationScope {
        OperationScope(time: time, end: time.now() + length, reason: .cleanUpEnded)
    }

    @Test func `of two reasons for an interruption the first stays`() {
        let scope = scope()
        #expect(scope.interrupt(.suspended) == .suspended)
        #expect(scope.interrupt(.cleanUpEnded) == .suspended)
        #expect(scope.interruption == .suspended)
        #expect(throws: Interruption.suspended) { try scope.check() }
    }

    @Test func `its end is seen by whoever looks, with the reason it was made with`() {
        let scope = scope()
        #expect(throws: Never.self) { try scope.check() }
        time.advance(by: .seconds(100))
        #expect(throws: Interruption.cleanUpEnded) { try scope.check() }
        #expect(scope.interruption == .cleanUpEnded)
    }

    @Test func `a sleep ends at the interruption, also in a task that nobody cancels`() async {
        let scope = scope()
        let sleeper = loop.spawn { try await scope.sleep(for: .seconds(50)) }
        await time.waitForSleepers()
        scope.interrupt(.suspended)
        await #expect(throws: Interruption.suspended) { try await sleeper.value }
    }

    @Test func `a sleep does not go beyond the end`() async {
        let scope = scope()
        let sleeper = loop.spawn { try await scope.sleep(for: .seconds(500)) }
        await time.waitForSleepers()
        time.advance(by: .seconds(100))
        await #expect(throws: Interruption.cleanUpEnded) { try await sleeper.value }
    }

    @Test func `a sleep that is over returns`() async throws {
        let scope = scope()
        let sleeper = loop.spawn { try await scope.sleep(for: .seconds(50)) }
        await time.waitForSleepers()
        time.advance(by: .seconds(50))
        try await sleeper.value
        #expect(scope.interruption == nil)
    }

    @Test func `its end interrupts the work in it by itself`() async {
        let scope = scope()
        let run = loop.spawn { [loop, time] in
            await scope.run(on: loop) { try await time.sleep(for: .seconds(5000)) }
        }
        await time.waitForSleepers(2)
        time.advance(by: .seconds(100))
        let result = try? await run.value
        #expect(throws: CancellationError.self) { try result?.get() }
        #expect(scope.interruption == .cleanUpEnded)
    }

    @Test func `work that begins in an interrupted scope is cancelled from its beginning`() async {
        let scope = scope()
        scope.interrupt(.suspended)
        let result = await scope.run(on: loop) { [time] in try await time.sleep(for: .seconds(5000)) }
        #expect(throws: CancellationError.self) { try result.get() }
    }

    @Test func `work that ended leaves nobody waiting for the scope's end`() async throws {
        let scope = scope()
        #expect(try await scope.run(on: loop) { 7 }.get() == 7)
        // The watch was cancelled; it leaves as soon as it runs.
        try await eventually { time.deadlines.isEmpty }
        #expect(scope.interruption == nil)
    }

    @Test func `a suspension interrupts the scope that it covers, also one that comes later`() {
        let suspension = OperationControl()
        let first = scope()
        let second = scope()
        suspension.cover(first)
        suspension.suspend()
        #expect(first.interruption == .suspended)
        suspension.cover(second)
        #expect(second.interruption == .suspended)
    }
}
