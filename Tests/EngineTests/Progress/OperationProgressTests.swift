import FoundationEssentials
import Loop
import PluginKit
import Protection
import Telemetry
import TestSupport
import Testing

@testable import Engine

/// What is shown of an operation's progress while it runs, after a restart, and after its end.
@Suite(.timeLimit(.minutes(2))) struct OperationProgressTests {
    private let disk = MemoryDisk()
    private let world = World()
    private let time = ManualTime()

    /// Tells a size of 100 bytes of each resource; resource `z` moves 40 of them and then waits for `gate`.
    private func turn(_ gate: AsyncStream<Never>) -> WorldPlugin.Turn {
        { hook, context in
            guard hook == "main" || hook == "restored" else { return }
            context.progress.transferred(0, of: 100)
            guard context.resource.id == "z" else { return }
            context.progress.transferred(40, of: 100)
            for await _ in gate {}
        }
    }

    private func process(mortal: Mortal = Mortal(), _ turn: @escaping WorldPlugin.Turn) throws -> TestProcess {
        try TestProcess(disk: disk, world: world, mortal: mortal, time: time, turn: turn)
    }

    @Test func `what runs is seen by the id of what its user watches, and no more when it has ended`() async throws {
        let (gate, open) = AsyncStream<Never>.makeStream()
        let process = try process(turn(gate))
        let board = process.environment.progress
        let checkpoint = try await process.protect("y", "z")
        try await eventually { board.progress(of: checkpoint.id)?.stepsDone == 1 }
        let progress = OperationProgress(stepsDone: 1, stepsTotal: 2, bytesDone: 140, bytesTotal: 200)
        #expect(board.progress(of: checkpoint.id) == progress)
        #expect(board.total == progress)
        #expect(board.progress(of: "another") == nil)
        open.finish()
        try await process.settle()
        try await eventually { board.progress(of: checkpoint.id) == nil }
        #expect(board.total == OperationProgress())
        #expect(
            process.log?.extraInfo["progress"]
                == OperationProgress(stepsDone: 2, stepsTotal: 2, bytesDone: 200, bytesTotal: 200).json)
        let restore = try await process.restore(checkpoint)
        try await process.settle()
        #expect(process.log?.extraInfo["progress"]?["bytes_done"] == 200)
        #expect(board.progress(of: restore.id) == nil)
    }

    @Test func `the end is estimated from what was done since the start`() async throws {
        let (gate, open) = AsyncStream<Never>.makeStream()
        let process = try process(turn(gate))
        let board = process.environment.progress
        let checkpoint = try await process.protect("y", "z")
        try await eventually { board.progress(of: checkpoint.id)?.bytesDone == 140 }
        #expect(board.progress(of: checkpoint.id)?.estimatedEnd == nil)
        let began = time.date()
        time.advance(by: .seconds(70))
        #expect(board.progress(of: checkpoint.id)?.estimatedEnd == began.addingTimeInterval(100))
        #expect(board.total.summary(at: time.date()) == "70 % of 0 MiB, until about 22:15 UTC")
        open.finish()
        try await process.settle()
        #expect(process.log?.extraInfo["progress"]?["estimated_end"] == .null)
    }

    @Test func `an operation that fails shows how far it came, and no end`() async throws {
        let process = try process { hook, context in
            guard hook == "main" else { return }
            context.progress.transferred(10, of: 100)
            guard context.resource.id == "z" else { return }
            time.advance(by: .seconds(100))
            throw ResourceFailure("broken")
        }
        _ = try await process.protect("z")
        try await process.settle()
        #expect(
            process.log?.extraInfo["progress"]
                == OperationProgress(stepsDone: 0, stepsTotal: 1, bytesDone: 10, bytesTotal: 100).json)
    }

    @Test func `after a restart what was done counts again, and says nothing of the speed`() async throws {
        let dying = Mortal()
        let (gate, open) = AsyncStream<Never>.makeStream()
        let first = try process(mortal: dying, turn(gate))
        let checkpoint = try await first.protect("x", "y", "z")
        try await eventually { first.environment.progress.progress(of: checkpoint.id)?.stepsDone == 2 }
        dying.die()
        open.finish()

        let (secondGate, openSecond) = AsyncStream<Never>.makeStream()
        let told = Counted()
        let second = try process { hook, context in
            guard hook == "main" else { return }
            told.more()
            try await turn(secondGate)(hook, context)
        }
        time.advance(by: .seconds(3600))
        try await second.engine.start()
        try await eventually { second.environment.progress.progress(of: checkpoint.id)?.bytesDone == 240 }
        #expect(told.count == 1, "those that were done run no more")
        time.advance(by: .seconds(20))
        // 40 of the 100 that were left, in 20 seconds: 30 more for the rest.
        let progress = try #require(second.environment.progress.progress(of: checkpoint.id))
        #expect(
            progress
                == OperationProgress(
                    stepsDone: 2, stepsTotal: 3, bytesDone: 240, bytesTotal: 300,
                    estimatedEnd: time.date().addingTimeInterval(30)))
        openSecond.finish()
        try await second.settle()
        #expect(second.log?.extraInfo["progress"]?["bytes_done"] == 300)
    }

    @Test func `of several operations the end is the last one's, and unknown while one of them is`() async throws {
        let (gate, open) = AsyncStream<Never>.makeStream()
        let process = try process { hook, context in
            guard hook == "main" else { return }
            let done: Int64 = ["y": 50, "z": 25][context.resource.id] ?? 0
            context.progress.transferred(done, of: 100)
            for await _ in gate {}
        }
        let board = process.environment.progress
        let began = time.date()
        for id in ["y", "z"] { _ = try await process.protect(id) }
        try await eventually { board.total.bytesDone == 75 }
        time.advance(by: .seconds(30))
        #expect(board.total.estimatedEnd == began.addingTimeInterval(120))
        _ = try await process.protect("new")
        try await eventually { board.total.bytesTotal == 300 }
        #expect(board.total.estimatedEnd == nil)
        #expect(ProgressMetrics.observations(of: board.total).map(\.value) == [0, 3, 75, 300])
        #expect(ProgressMetrics.observations(of: board.total).map(\.name) == ProgressMetrics.declarations.map(\.name))
        open.finish()
        try await process.settle()
    }

    @Test func `one that begins before the one before it has left keeps its place`() {
        let board = ProgressBoard()
        let operations = ["a", "b"].map { id in
            Operation(
                id: id, kind: .delete, projectID: "p", userID: "u", requestID: "r", providerID: "provider",
                checkpointID: "checkpoint", submittedAt: time.date(), deadline: time.date(),
                acceptableUntil: time.date())
        }
        for operation in operations {
            let ledger = ResultLedger(operation: operation, store: MemoryStore(disk: disk), time: time)
            ledger.expect(resources: operation.id == "a" ? 1 : 2)
            board.begin(operation, ledger)
        }
        board.end(operations[0])
        #expect(board.progress(of: "checkpoint")?.stepsTotal == 2)
        board.end(operations[1])
        #expect(board.progress(of: "checkpoint") == nil)
    }
}
