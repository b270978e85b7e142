import FoundationEssentials
import Keystone
import Loop
import PluginKit
import Protection
import TestSupport
import Testing

@testable import Engine

/// Ends of many kinds: rests, interruptions, restarts.
@Suite(.timeLimit(.minutes(2))) struct OperationEndTests {
    private let disk = MemoryDisk()
    private let world = World()

    private func stuck(_ context: ResourceContext) async throws {
        _ = try await context.waiting.wait(upTo: .seconds(15)) {
            1
        } verdict: { _ in
            .pending
        }
    }

    @Test func `a clean-up is no wider than the operation`() async throws {
        let load = Locked((now: 0, most: 0))
        let settings = EngineSettings(maxTasksPerOperation: 3)
        let process = try TestProcess(disk: disk, world: world, settings: settings) { hook, _ in
            if hook == "main" { throw ResourceFailure("broken") }
            guard hook == "cleanUp" else { return }
            load.withLock { load in
                load.now += 1
                load.most = max(load.most, load.now)
            }
            for _ in 0..<20 { await Task.yield() }
            load.withLock { $0.now -= 1 }
        }
        _ = try await process.admission.protect(
            TestProcess.plan((1...12).map { "v\($0)" }), extraInfo: [:], quota: -1, caller: TestProcess.caller())
        try await process.settle()
        #expect(world.cleanUps.count == 12)
        #expect(load.withLock { $0.most } == 3)
    }

    @Test func `a restore that runs out of time says so of every resource that was begun`() async throws {
        let settings = EngineSettings(maxOperationDuration: 1000)
        let process = try TestProcess(disk: disk, world: world, settings: settings) { [self] hook, context in
            if hook == "restored", context.resource.id == "y" { try await stuck(context) }
        }
        let checkpoint = try await process.protect("y", "z")
        try await process.settle()
        let restore = try await process.restore(checkpoint)
        try await process.settle()
        let report = try #require(disk.rows.restores[restore.id]).resources
        let copy = try #require(world.things.first { $0.kind == "copy" && $0.resourceID == "y" })
        #expect(report.status["OS::Cinder::Volume#\(copy.id)"] == "error")
        #expect(
            report.reason["OS::Cinder::Volume#\(copy.id)"]?.contains("[protection] max_operation_duration") == true)
        #expect(report.status.values.sorted() == ["available", "error"])
    }

    @Test(arguments: [
        ServiceError(.cancelled, "the request was cancelled", serviceType: "volumev3") as any Error & Sendable,
        BankError(.unavailable, "no answer"), CancellationError(),
    ])
    func `what an interruption cuts off is told as the interruption`(error: any Error & Sendable) async throws {
        let settings = EngineSettings(maxOperationDuration: 1000)
        let process = try TestProcess(disk: disk, world: world, settings: settings) { [self] hook, context in
            guard hook == "main" else { return }
            try? await stuck(context)
            throw error
        }
        _ = try await process.protect("y")
        try await process.settle()
        let info = try #require(process.log?.errorInfo)
        #expect(info.hasPrefix("not done by "))
        #expect(!info.contains("#y"))
    }

    @Test(arguments: [false, true])
    func `a restart forgets neither what a restore reported nor the ids it gave`(storeStumbles: Bool) async throws {
        let before = try TestProcess(disk: disk, world: world)
        let checkpoint = try await before.protect("y", "z")
        try await before.settle()
        let dying = Mortal()
        let first = try TestProcess(disk: disk, world: world, mortal: dying) { hook, context in
            guard hook == "complete" else { return }
            if context.resource.id == "z" { dying.die() }
            try await self.stuck(context)
        }
        let restore = try await first.restore(checkpoint)
        try await eventually { dying.isDead }
        // That is the call that reads what was reported.
        let mortal = storeStumbles ? Mortal(.failsFirst("restore")) : Mortal()
        let second = try TestProcess(disk: disk, world: world, mortal: mortal) { hook, context in
            if hook == "complete", context.resource.id == "z" { throw ResourceFailure("broken") }
        }
        try await second.engine.start()
        try await second.settle()
        #expect(mortal.calls.count { $0 == "restore" } == (storeStumbles ? 2 : 1))
        let report = try #require(disk.rows.restores[restore.id]).resources
        let copies = world.things.filter { $0.kind == "copy" }
        let key = { (id: String) in "OS::Cinder::Volume#" + (copies.first { $0.resourceID == id }?.id ?? "none") }
        #expect(copies.count == 2)
        #expect(report.status == [key("y"): "available", key("z"): "error"])
    }

    @Test func `what was restored before a failure is reported, also by a life that only cleans up`() async throws {
        let before = try TestProcess(disk: disk, world: world)
        let checkpoint = try await before.protect("y", "z")
        try await before.settle()
        let dying = Mortal()
        let first = try TestProcess(disk: disk, world: world, mortal: dying) { hook, context in
            if hook == "restored", context.resource.id == "z" { throw ResourceFailure("broken") }
            guard hook == "cleanUp" else { return }
            dying.die()
            try await self.stuck(context)
        }
        let restore = try await first.restore(checkpoint)
        try await eventually { dying.isDead }
        let second = try TestProcess(disk: disk, world: world)
        try await second.engine.start()
        try await second.settle()
        let row = try #require(disk.rows.restores[restore.id])
        let copy = try #require(world.things.first { $0.kind == "copy" && $0.resourceID == "y" })
        #expect(row.status == .fail)
        #expect(row.resources.status["OS::Cinder::Volume#\(copy.id)"] == "available")
    }

    @Test func `many quick resources do not write the report each time, and its end is complete`() async throws {
        let time = ManualTime()
        let process = try TestProcess(disk: disk, world: world, time: time)
        let ids = (1...40).map { "v\($0)" }
        let checkpoint = try await process.admission.protect(
            TestProcess.plan(ids), extraInfo: [:], quota: -1, caller: TestProcess.caller())
        try await process.settle()
        let before = process.mortal.calls.count
        let restore = try await process.restore(checkpoint)
        try await process.settle()
        #expect(process.mortal.calls.dropFirst(before).count { $0 == "report" } <= 1)
        #expect(disk.rows.restores[restore.id]?.resources.status.count == 40)
    }

    @Test func `what was held back of a report is shown while the operation waits`() async throws {
        let time = ManualTime()
        let process = try TestProcess(disk: disk, world: world, time: time) { [self] hook, context in
            if hook == "restored" { try await stuck(context) }
        }
        let checkpoint = try await process.protect("y")
        try await process.settle()
        let restore = try await process.restore(checkpoint)
        try await eventually {
            time.advance(by: .milliseconds(300))
            return disk.rows.restores[restore.id]?.resources.status.values.first == "restoring"
        }
        await process.engine.suspend()
    }

    @Test func `a clean-up waits for what was asked and may still happen`() async throws {
        let begin = Date(timeIntervalSince1970: 1_700_000_000)
        let time = QuickTime(date: begin.addingTimeInterval(31))
        let cleanedAt = Times()
        let calm = try TestProcess()
        _ = try await calm.protect("y")
        try await calm.settle()
        let number = try #require(calm.mortal.calls.firstIndex(of: "make snapshot")) + 1
        let dying = Mortal(.diesBefore(call: number))
        let settings = EngineSettings(maxOperationDuration: 30)
        let first = try TestProcess(
            disk: disk, world: world, mortal: dying, time: ManualTime(date: begin), settings: settings)
        _ = try await first.protect("y")
        try await eventually { dying.isDead }
        let second = try TestProcess(disk: disk, world: world, time: time, settings: settings) { hook, _ in
            if hook == "cleanUp" { cleanedAt.add(time.date()) }
        }
        try await second.engine.start()
        try await second.settle()
        let at = try #require(cleanedAt.all.first)
        #expect(at.timeIntervalSince(begin) >= DurableSteps.settleTime(.seconds(60)))
        #expect(second.log?.errorInfo?.contains("[protection] max_operation_duration") == true)
    }
}
