import FoundationEssentials
import Keystone
import PluginKit
import Protection
import TestSupport
import Testing

@testable import Engine

/// The last look at what an operation made.
@Suite(.timeLimit(.minutes(2))) struct OperationSweepTests {
    private let disk = MemoryDisk()
    private let world = World()

    /// Has a proxy send the request for a backup twice, when the hook `hook` of a resource begins.
    private func doubling(at hook: String = "complete") -> WorldPlugin.Turn {
        { [world] now, context in
            guard now == hook, context.operation.kind == .protect else { return }
            world.add(
                World.Thing(
                    id: "surplus-\(context.resource.id)", kind: "backup", resourceID: context.resource.id,
                    operationID: context.operation.id, checkpointID: context.operation.checkpointID))
        }
    }

    @Test func `two backups from one request that was sent twice are one in the end`() async throws {
        let process = try TestProcess(disk: disk, world: world, turn: doubling())
        let checkpoint = try await process.protect("y", "z")
        try await process.settle()
        #expect(try await process.status(checkpoint) == .available)
        #expect(process.log?.errorInfo == nil)
        #expect(world.things.map { "\($0.kind) \($0.resourceID)" }.sorted() == ["backup y", "backup z"])
        #expect(!world.things.contains { $0.id.hasPrefix("surplus") }, "the recorded one is kept")
    }

    @Test func `a sweep that finds nothing costs one list an operation, however many resources`() async throws {
        let process = try TestProcess(disk: disk, world: world)
        _ = try await process.admission.protect(
            TestProcess.plan((1...20).map { "v\($0)" }), extraInfo: [:], quota: -1, caller: TestProcess.caller())
        try await process.settle()
        #expect(world.lists == 1)
        #expect(process.mortal.calls.count { $0.hasPrefix("remove") } == 20, "the snapshots")
    }

    @Test func `what of another operation carries the same mark of a checkpoint is left alone`() async throws {
        let other = World.Thing(id: "theirs", kind: "backup", resourceID: "y", operationID: "other", checkpointID: "c")
        world.add(other)
        let process = try TestProcess(disk: disk, world: world)
        _ = try await process.protect("y")
        try await process.settle()
        #expect(world.things.contains(other))
    }

    @Test func `a surplus that could not be removed is named, and spoils no success`() async throws {
        world.hold("surplus-y")
        let process = try TestProcess(disk: disk, world: world, turn: doubling())
        let checkpoint = try await process.protect("y")
        try await process.settle()
        #expect(try await process.status(checkpoint) == .available)
        #expect(process.log?.errorInfo == "OS::Cinder::Volume#y: backup surplus-y is left: surplus-y is held")
    }

    @Test func `a service that is away after all is done does not hold the success up for long, and that is said`()
        async throws
    {
        let time = QuickTime()
        let process = try TestProcess(disk: disk, world: world, time: time)
        world.refuseLists(ServiceError(.unavailable, "down for today", serviceType: "world", status: 503))
        let checkpoint = try await process.protect("y")
        let begin = time.date()
        try await process.settle()
        #expect(try await process.status(checkpoint) == .available)
        #expect(process.log?.errorInfo == "what may be left over was not looked for: down for today")
        #expect(time.date().timeIntervalSince(begin) < 400)
        #expect(world.lists > 10)
    }

    @Test func `a service that is away names what may be there of each resource`() async throws {
        let process = try TestProcess(disk: disk, world: world) { hook, context in
            guard hook == "main" else { return }
            _ = try await context.step("odd", recovery: StepRecovery<Int>.never(reason: "who knows")) {
                throw ServiceError(.timedOut, "", serviceType: "x", requestMayHaveArrived: true)
            }
        }
        world.refuseLists(ServiceError(.forbidden, "not for you", serviceType: "world", status: 403))
        _ = try await process.protect("y")
        try await process.settle()
        #expect(
            process.log?.errorInfo == "OS::Cinder::Volume#y: who knows; "
                + "OS::Cinder::Volume#y: what odd may have made was not looked for: not for you; "
                + "what may be left over was not looked for: not for you")
        #expect(world.things.isEmpty, "what is known is removed all the same")
    }

    @Test func `a success that was recorded before the daemon died is swept by the next life`() async throws {
        let calm = try TestProcess()
        _ = try await calm.protect("y")
        try await calm.settle()
        let number = try #require(calm.mortal.calls.firstIndex(of: "list")) + 1
        let dying = Mortal(.diesBefore(call: number))
        let first = try TestProcess(disk: disk, world: world, mortal: dying, turn: doubling())
        let checkpoint = try await first.protect("y")
        try await eventually { dying.isDead }
        #expect(world.things.count == 2)
        let second = try TestProcess(disk: disk, world: world)
        try await second.engine.start()
        try await second.settle()
        #expect(try await second.status(checkpoint) == .available)
        #expect(world.things.count == 1)
        #expect(world.made == ["snapshot of y": 1, "backup of y": 1])
    }

    @Test(arguments: [false, true])
    func `what was in doubt is waited for before the last look, in a later life too`(dies: Bool) async throws {
        let time = QuickTime()
        let calm = try TestProcess()
        _ = try await calm.protect("y")
        try await calm.settle()
        let calls = calm.mortal.calls
        let number = try #require(calls.firstIndex(of: "make backup")) + 1
        let losing = Mortal(.losesAnswer(call: number))
        let begin = Times()
        let first = try TestProcess(disk: disk, world: world, mortal: losing, time: time) { hook, _ in
            if hook == "main" { begin.add(time.date()) }
            if hook == "complete", dies {
                losing.die()
                throw ResourceFailure("dead")
            }
        }
        let checkpoint = try await first.protect("y")
        if dies {
            try await eventually { losing.isDead }
        } else {
            try await first.settle()
        }
        let second = try TestProcess(disk: disk, world: world, time: time)
        try await second.engine.start()
        try await second.settle()
        #expect(try await second.status(checkpoint) == .available)
        #expect(time.date().timeIntervalSince(try #require(begin.all.first)) >= DurableSteps.settleTime(.seconds(60)))
        #expect(world.made == ["snapshot of y": 1, "backup of y": 1])
    }

    @Test func `after a failure what finished resources made is kept, and nothing else`() async throws {
        let double = doubling(at: "main")
        let process = try TestProcess(disk: disk, world: world) { hook, context in
            try await double(hook, context)
            if hook == "complete", context.resource.id == "z" { throw ResourceFailure("broken") }
        }
        _ = try await process.protect("y", "z")
        try await process.settle()
        #expect(world.kinds(of: "y") == ["backup"])
        #expect(world.kinds(of: "z").isEmpty)
        #expect(process.log?.errorInfo == "OS::Cinder::Volume#z: broken")
    }
}
