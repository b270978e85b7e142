import FoundationEssentials
import Keystone
import Loop
import PluginKit
import Protection
import Synchronization
import TestSupport
import Testing

@testable import Engine

/// The time that an operation has.
@Suite(.timeLimit(.minutes(2))) struct OperationWindowTests {
    private let disk = MemoryDisk()
    private let world = World()

    @Test func `before the window closes the work stops with that reason, and is cleaned up after`() async throws {
        let time = QuickTime()
        let settings = EngineSettings(allowExpiredWindow: 7200)
        let process = try TestProcess(disk: disk, world: world, time: time, settings: settings) { hook, context in
            guard hook == "main" else { return }
            _ = try await context.waiting.wait(upTo: .seconds(15)) {
                1
            } verdict: { _ in
                .pending
            }
        }
        let checkpoint = try await process.protect("y")
        try await process.settle()
        // The token lives 3600 s, the window is 7200 s, and 300 s of it are for the clean-up.
        #expect(time.date() == Date(timeIntervalSince1970: 1_700_000_000 + 10_500))
        #expect(try await process.status(checkpoint) == .error)
        #expect(process.log?.errorInfo?.contains("[protection] allow_expired_window") == true)
        #expect(world.cleanUps == ["y"])
        #expect(world.things.isEmpty)
    }

    @Test func `an operation that lasts too long is stopped with that reason`() async throws {
        let settings = EngineSettings(maxOperationDuration: 1000)
        let process = try TestProcess(disk: disk, world: world, settings: settings) { hook, context in
            guard hook == "main" else { return }
            _ = try await context.waiting.wait(upTo: .seconds(15)) {
                1
            } verdict: { _ in
                .pending
            }
        }
        _ = try await process.protect("y")
        try await process.settle()
        #expect(process.log?.errorInfo?.contains("[protection] max_operation_duration") == true)
        #expect(world.things.isEmpty)
    }

    @Test func `a token without an end has no window, only the longest duration`() async throws {
        let process = try TestProcess(disk: disk, world: world)
        _ = try await process.protect("y", caller: TestProcess.caller(expiresAt: nil))
        try await process.settle()
        #expect(process.log?.status == "available")
        let operation = try #require(disk.rows.operations.first)
        let limits = EngineSettings().limits(of: operation)
        #expect(limits.workEnd == operation.deadline)
        #expect(limits.cleanUpEnd == operation.deadline.addingTimeInterval(300))
    }

    @Test func `a short window keeps at most a quarter for the clean-up`() {
        let begin = Date(timeIntervalSince1970: 0)
        let operation = Operation(
            id: "o", kind: .protect, projectID: "p", userID: "u", requestID: "r", providerID: "x", checkpointID: "c",
            submittedAt: begin, deadline: begin.addingTimeInterval(1e6), acceptableUntil: begin.addingTimeInterval(100))
        #expect(EngineSettings().limits(of: operation).workEnd == begin.addingTimeInterval(75))
        var over = operation
        over.acceptableUntil = begin.addingTimeInterval(-100)
        #expect(EngineSettings().limits(of: over).workEnd == begin.addingTimeInterval(-100))
    }

    @Test func `when all is done at the last moment, it is done`() async throws {
        let time = QuickTime()
        let process = try TestProcess(disk: disk, world: world, time: time) { hook, _ in
            if hook == "complete" { time.advance(by: .seconds(8 * 86_400)) }
        }
        let checkpoint = try await process.protect("y")
        try await process.settle()
        #expect(try await process.status(checkpoint) == .available)
        #expect(process.log?.errorInfo == nil)
    }

    @Test func `what an earlier life made is cleaned up also when the time for work is over at the restart`()
        async throws
    {
        let time = QuickTime()
        let dying = Mortal()
        let first = try TestProcess(disk: disk, world: world, mortal: dying, time: time) { hook, _ in
            if hook == "main" { dying.die() }
        }
        let checkpoint = try await first.protect("y")
        try await eventually { dying.isDead }
        #expect(world.kinds(of: "y") == ["snapshot"])
        time.advance(by: .seconds(172_800 + 3600 - 200))
        let second = try TestProcess(disk: disk, world: world, time: time)
        try await second.engine.start()
        try await second.settle()
        #expect(try await second.status(checkpoint) == .error)
        #expect(second.log?.errorInfo?.contains("[protection] allow_expired_window") == true)
        #expect(world.things.isEmpty)
    }
}
