import FoundationEssentials
import Loop
import PluginKit
import Protection
import TestSupport
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct OperationEngineTests {
    private let disk = MemoryDisk()
    private let world = World()

    @Test func `no more operations run at once than may`() async throws {
        let queueing = try TestProcess(disk: disk, world: world)
        await queueing.engine.suspend()
        for number in 0..<12 { _ = try await queueing.protect("v\(number)") }
        let load = Locked((now: 0, most: 0))
        let settings = EngineSettings(maxConcurrentOperations: 3)
        let process = try TestProcess(disk: disk, world: world, settings: settings) { hook, _ in
            guard hook == "main" else { return }
            load.withLock { load in
                load.now += 1
                load.most = max(load.most, load.now)
            }
            // Until as many as may have come, or long after that.
            for _ in 0..<10_000 where load.withLock({ $0.most }) < 3 { await Task.yield() }
            load.withLock { $0.now -= 1 }
        }
        try await process.engine.start()
        try await process.settle()
        #expect(load.withLock { $0.most } == 3)
        #expect(disk.rows.logs.values.filter { $0.status == "available" }.count == 12)
    }

    @Test func `a suspended operation is not concluded, and the next life does what is left of it`() async throws {
        let waits = Counted()
        let first = try TestProcess(disk: disk, world: world, time: ManualTime()) { hook, context in
            guard hook == "complete" else { return }
            waits.more()
            _ = try await context.waiting.wait(upTo: .seconds(15)) {
                1
            } verdict: { _ in
                .pending
            }
        }
        let checkpoint = try await first.protect("y")
        try await eventually { waits.count > 0 }
        await first.engine.suspend()
        #expect(await first.engine.inFlight == (0, 0))
        #expect(try await first.status(checkpoint) == .protecting)
        #expect(disk.rows.operations.map(\.state) == [.running])
        #expect(world.cleanUps.isEmpty)

        let hooks = Locked<[String]>([])
        let second = try TestProcess(disk: disk, world: world) { hook, _ in hooks.withLock { $0.append(hook) } }
        try await second.engine.start()
        try await second.settle()
        #expect(try await second.status(checkpoint) == .available)
        #expect(!hooks.withLock { $0.contains("main") })
        #expect(world.made == ["snapshot of y": 1, "backup of y": 1])
    }

    @Test func `a suspension in the middle of the clean-up lets the next life end it, with the first reason`()
        async throws
    {
        let cleaning = Counted()
        let first = try TestProcess(disk: disk, world: world, time: ManualTime()) { hook, context in
            if hook == "main" { throw ResourceFailure("broken") }
            guard hook == "cleanUp" else { return }
            cleaning.more()
            _ = try await context.waiting.wait(upTo: .seconds(15)) {
                1
            } verdict: { _ in
                .pending
            }
        }
        let checkpoint = try await first.protect("y")
        try await eventually { cleaning.count > 0 }
        await first.engine.suspend()
        #expect(disk.rows.operations.map(\.state) == [.running])

        let second = try TestProcess(disk: disk, world: world) { hook, _ in
            if hook == "main" { Issue.record("what failed is not tried again") }
        }
        try await second.engine.start()
        try await second.settle()
        #expect(try await second.status(checkpoint) == .error)
        #expect(second.log?.errorInfo == "OS::Cinder::Volume#y: broken")
        #expect(world.things.isEmpty)
    }

    @Test func `a suspended engine begins nothing; what was submitted is begun by the next life`() async throws {
        let first = try TestProcess(disk: disk, world: world)
        await first.engine.suspend()
        let checkpoint = try await first.protect("y")
        #expect(await first.engine.inFlight == (0, 0))
        #expect(world.made.isEmpty)
        let second = try TestProcess(disk: disk, world: world)
        try await second.engine.start()
        try await second.settle()
        #expect(try await second.status(checkpoint) == .available)
    }

    @Test func `a suspension waits for the effect that has begun`() async throws {
        let (gate, open) = AsyncStream<Void>.makeStream()
        let begun = Counted()
        let ended = Counted()
        let process = try TestProcess(disk: disk, world: world) { hook, context in
            guard hook == "main" else { return }
            try await context.step(repeatable: "slow") {
                begun.more()
                for await _ in gate {}
                ended.more()
            }
        }
        _ = try await process.protect("y")
        try await eventually { begun.count > 0 }
        let engine = process.engine
        let suspension = Task { await engine.suspend() }
        for _ in 0..<50 { await Task.yield() }
        #expect(await engine.inFlight.running == 1)
        open.finish()
        await suspension.value
        #expect(ended.count == 1)
        let path = "OS::Cinder::Volume/y/slow"
        #expect(disk.rows.steps.values.first?[path]?.result != nil)
    }

    @Test func `an operation whose provider is not loaded waits for a start with it`() async throws {
        let first = try TestProcess(disk: disk, world: world)
        await first.engine.suspend()
        let checkpoint = try await first.protect("y")
        let second = try TestProcess(disk: disk, world: world, providers: ["another"])
        try await second.engine.start()
        #expect(await second.engine.stranded == 1)
        #expect(await second.engine.inFlight == (0, 0))
        #expect(disk.rows.contexts.count == 1)
        let third = try TestProcess(disk: disk, world: world)
        try await third.engine.start()
        try await third.settle()
        #expect(await third.engine.stranded == 0)
        #expect(try await third.status(checkpoint) == .available)
    }

    @Test func `a damaged operation ends with its reason, and keeps no other from being taken up`() async throws {
        let first = try TestProcess(disk: disk, world: world)
        await first.engine.suspend()
        let damaged = try await first.protect("x")
        let whole = try await first.protect("y")
        let id = try #require(disk.rows.operations.first).id
        disk.change { $0.damages[id] = "table operations, row x: kind is missing" }
        let second = try TestProcess(disk: disk, world: world)
        try await second.engine.start()
        try await eventually { disk.rows.operations.allSatisfy { $0.state == .ended } }
        #expect(try await second.status(damaged) == .error)
        #expect(disk.rows.logs[id]?.errorInfo == "table operations, row x: kind is missing")
        #expect(disk.rows.contexts.isEmpty)
        #expect(try await second.status(whole) == .available)
    }

    @Test func `a damaged operation whose checkpoint cannot be written is left for the next start`() async throws {
        let first = try TestProcess(disk: disk, world: world)
        await first.engine.suspend()
        let damaged = try await first.protect("x")
        let id = try #require(disk.rows.operations.first).id
        disk.change { $0.damages[id] = "broken" }
        let second = try TestProcess(disk: disk, world: world)
        second.bank.fail(with: BankError(.unavailable, "the bank is away"))
        let unfinished = try await second.store.unfinished()
        await DamagedOperations(
            operations: unfinished.damaged, environment: second.environment, claims: second.engine.claims
        ).end()
        #expect(disk.rows.operations.map(\.state) == [.queued])
        second.bank.fail(with: nil)
        await DamagedOperations(
            operations: unfinished.damaged, environment: second.environment, claims: second.engine.claims
        ).end()
        #expect(disk.rows.operations.map(\.state) == [.ended])
        #expect(try await second.status(damaged) == .error)
    }
}
