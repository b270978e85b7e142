import FoundationEssentials
import Loop
import PluginKit
import Protection
import TestSupport
import Testing

@testable import Engine

/// A cancellation leaves nothing of an operation, whenever it comes and whatever happens to the process.
@Suite(.timeLimit(.minutes(2))) struct CancelTests {
    private let disk = MemoryDisk()
    private let world = World()

    /// Waits in `hook` of `resource` until the work is interrupted.
    private func held(
        _ hook: String, of resource: String, _ count: Counted, _ kind: OperationKind = .protect
    ) -> WorldPlugin.Turn {
        let (gate, open) = AsyncStream<Void>.makeStream()
        return { now, context in
            guard now == hook, context.resource.id == resource, context.operation.kind == kind else { return }
            count.more()
            for await _ in gate {}
            open.finish()
            try Task.checkCancellation()
        }
    }

    private func cancel(_ checkpoint: Checkpoint, in process: TestProcess) async throws {
        try await process.admission.cancelProtect(
            checkpointID: checkpoint.id, providerID: "provider", caller: TestProcess.caller())
    }

    @Test func `a cancelled protect ends in error, and what was made of all its resources goes`() async throws {
        let waits = Counted()
        let process = try TestProcess(disk: disk, world: world, turn: held("complete", of: "y", waits))
        let checkpoint = try await process.protect("x", "y")
        try await eventually { waits.count > 0 && world.kinds(of: "x") == ["backup"] }
        try await cancel(checkpoint, in: process)
        try await process.settle()
        #expect(try await process.status(checkpoint) == .error)
        #expect(process.log?.status == "error")
        #expect(process.log?.errorInfo == "cancelled")
        #expect(world.things.isEmpty)
        #expect(disk.rows.steps.isEmpty)
        try await cancel(checkpoint, in: process)
        #expect(process.log?.errorInfo == "cancelled")
    }

    @Test func `a protect that waits for its turn is cancelled without one`() async throws {
        let waits = Counted()
        let process = try TestProcess(
            disk: disk, world: world, settings: EngineSettings(maxConcurrentOperations: 1),
            turn: held("main", of: "x", waits))
        let first = try await process.protect("x")
        let second = try await process.protect("y")
        try await eventually { waits.count > 0 }
        try await cancel(second, in: process)
        try await eventually { await process.engine.inFlight == (1, 0) }
        #expect(try await process.status(second) == .error)
        #expect(world.kinds(of: "y").isEmpty)
        #expect(try await process.status(first) == .protecting)
        try await cancel(first, in: process)
        try await process.settle()
        #expect(world.things.isEmpty)
    }

    @Test func `a cancelled restore fails, and what it made goes, also of what it had restored`() async throws {
        let world = World(keepsCopies: false)
        let waits = Counted()
        let process = try TestProcess(
            disk: disk, world: world, turn: held("restored", of: "y", waits, .restore))
        let checkpoint = try await process.protect("x", "y")
        try await process.settle()
        let restore = try await process.restore(checkpoint)
        try await eventually { waits.count > 0 && world.kinds(of: "x").contains("copy") }
        try await process.admission.cancel(restore, caller: TestProcess.caller())
        try await process.settle()
        let ended = try await process.store.restore(restore.id)
        #expect(ended.status == .fail)
        #expect(Set(ended.resources.reason.values.map { $0.suffix(9) }) == ["cancelled"])
        #expect(!world.things.contains { $0.kind == "copy" })
        #expect(try await process.status(checkpoint) == .available)
    }

    @Test func `deleting a checkpoint that is being protected cancels that first`() async throws {
        let waits = Counted()
        let process = try TestProcess(disk: disk, world: world, turn: held("main", of: "y", waits))
        let checkpoint = try await process.protect("x", "y")
        try await eventually { waits.count > 0 }
        try await process.admission.delete(
            checkpointID: checkpoint.id, providerID: "provider", caller: TestProcess.caller())
        try await process.settle()
        #expect(disk.rows.operations.map(\.state) == [.ended, .ended])
        #expect(disk.rows.logs.values.map(\.status).sorted() == ["deleted", "error"])
        #expect(try await process.status(checkpoint) == .deleted)
        #expect(world.things.isEmpty)
        #expect(disk.rows.checkpoints.isEmpty)
    }

    @Test func `a delete that is under way cannot be cancelled`() async throws {
        let waits = Counted()
        let process = try TestProcess(disk: disk, world: world, turn: held("main", of: "x", waits, .delete))
        let checkpoint = try await process.protect("x")
        try await process.settle()
        try await process.admission.delete(
            checkpointID: checkpoint.id, providerID: "provider", caller: TestProcess.caller())
        try await eventually { waits.count > 0 }
        await #expect { try await cancel(checkpoint, in: process) } throws: { ($0 as? ServiceFault)?.code == .conflict }
        await process.engine.suspend()
    }

    @Test func `another project cannot cancel`() async throws {
        let waits = Counted()
        let process = try TestProcess(disk: disk, world: world, turn: held("main", of: "x", waits))
        let checkpoint = try await process.protect("x")
        try await eventually { waits.count > 0 }
        await #expect {
            try await process.admission.cancelProtect(
                checkpointID: checkpoint.id, providerID: "provider", caller: TestProcess.caller(project: "another"))
        } throws: {
            ($0 as? ServiceFault)?.code == .notFound
        }
        #expect(try await process.status(checkpoint) == .protecting)
        await process.engine.suspend()
    }

    @Test func `what had failed and is cancelled while it cleans up keeps nothing either`() async throws {
        let cleaning = Counted()
        let (gate, open) = AsyncStream<Void>.makeStream()
        let process = try TestProcess(disk: disk, world: world) { hook, context in
            guard context.resource.id == "y" else { return }
            if hook == "main" {
                try await eventually { world.kinds(of: "x") == ["backup"] }
                for _ in 0..<200 { await Task.yield() }
                throw ResourceFailure("broken")
            }
            guard hook == "cleanUp" else { return }
            cleaning.more()
            for await _ in gate {}
        }
        let checkpoint = try await process.protect("x", "y")
        try await eventually { cleaning.count > 0 }
        try await cancel(checkpoint, in: process)
        open.finish()
        try await process.settle()
        #expect(process.log?.errorInfo == "cancelled; OS::Cinder::Volume#y: broken")
        #expect(world.things.isEmpty)
    }

    /// The process dies, or a call fails, at each call of an operation that is cancelled in the middle; the next life ends it.
    @Test(arguments: CrashTests.Blow.allCases) func `a cancellation survives whatever it is hit at`(
        blow: CrashTests.Blow
    ) async throws {
        var call = 1
        while try await cancelled(blow.at(call), at: "call \(call)") >= call { call += 1 }
        #expect(call > 15, "the operation makes so few calls that something is missing")
    }

    /// Returns how many calls the first life made.
    private func cancelled(_ fate: Mortal.Fate, at call: Comment) async throws -> Int {
        let (disk, world, waits, told) = (MemoryDisk(), World(), Counted(), Counted())
        let queueing = try TestProcess(disk: disk, world: world)
        await queueing.engine.suspend()
        let checkpoint = try await queueing.protect("x", "y")
        let mortal = Mortal(fate)
        let hasFailed = Switch()
        let time = QuickTime()
        let first = try TestProcess(
            disk: disk, world: world, mortal: mortal, time: time, turn: held("main", of: "y", waits))
        // What has died never returns.
        Task.detached {
            guard (try? await first.engine.start()) != nil else { return hasFailed.set(true) }
            try await eventually { waits.count > 0 }
            // As a user does.
            while (try? await cancel(checkpoint, in: first)) == nil {}
            told.more()
        }
        try await eventually {
            if mortal.isDead || hasFailed.isOn { return true }
            let inFlight = await first.engine.inFlight
            return disk.rows.operations.allSatisfy { $0.state == .ended } && inFlight == (0, 0)
        }
        if !mortal.isDead, !hasFailed.isOn { try await eventually { told.count > 0 } }
        let second = try TestProcess(disk: disk, world: world, time: time)
        try await second.engine.start()
        try await second.settle()
        let status = try await second.status(checkpoint)
        if disk.rows.operations.first?.cancelledAt == nil {
            #expect(status == .available, call)
            #expect(mortal.isDead || hasFailed.isOn, call)
        } else {
            #expect(status == .error, call)
            #expect(disk.rows.logs.values.map(\.errorInfo) == ["cancelled"], call)
            #expect(world.things.isEmpty, call)
        }
        return mortal.calls.count
    }
}
