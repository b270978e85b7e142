import FoundationEssentials
import Keystone
import Loop
import PluginKit
import Protection
import TestSupport
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct OperationRunTests {
    private let disk = MemoryDisk()
    private let world = World()

    @Test func `a protect ends with a backup of each resource and nothing else`() async throws {
        let process = try TestProcess(disk: disk, world: world)
        let checkpoint = try await process.protect("server-x", "y")
        #expect(checkpoint.status == .protecting)
        try await process.settle()
        #expect(try await process.status(checkpoint) == .available)
        #expect(process.log?.status == "available")
        #expect(process.log?.errorInfo == nil)
        #expect(world.things.map(\.resourceID).sorted() == ["server-x", "x-1", "x-2", "y"])
        #expect(Set(world.things.map(\.kind)) == ["backup"])
        #expect(world.cleanUps.isEmpty)
        #expect(process.log?.extraInfo["progress"] == OperationProgress(stepsDone: 4, stepsTotal: 4).json)
    }

    @Test func `what an operation leaves on disk holds neither its steps nor its token`() async throws {
        let process = try TestProcess(disk: disk, world: world) { [disk] _, _ in
            #expect(disk.rows.contexts.count == 1)
        }
        _ = try await process.protect("y")
        try await process.settle()
        #expect(disk.rows.contexts.isEmpty)
        #expect(disk.rows.steps.isEmpty)
        #expect(disk.rows.conclusions.values.allSatisfy { $0 == 1 })
    }

    @Test func `hooks run parents first, then children first`() async throws {
        let order = Locked<[String]>([])
        let process = try TestProcess(disk: disk, world: world, settings: EngineSettings(maxTasksPerOperation: 1)) {
            hook, context in order.withLock { $0.append("\(hook) \(context.resource.id)") }
        }
        _ = try await process.protect("server-x")
        try await process.settle()
        let found = order.withLock { $0 }
        let place = { (name: String) in found.firstIndex(of: name) ?? -1 }
        for volume in ["x-1", "x-2"] {
            #expect(place("prepareBegin server-x") < place("prepareBegin \(volume)"))
            #expect(place("prepareFinish \(volume)") < place("prepareFinish server-x"))
            #expect(place("complete \(volume)") < place("complete server-x"))
        }
        #expect(found.count == 12)
    }

    @Test func `a failed resource ends in error with its reason; its siblings end, its parent is not completed`()
        async throws
    {
        let order = Locked<[String]>([])
        let process = try TestProcess(disk: disk, world: world) { hook, context in
            order.withLock { $0.append("\(hook) \(context.resource.id)") }
            if hook == "main", context.resource.id == "x-1" {
                throw ServiceError(.overLimit, "Quota exceeded", serviceType: "volumev3", requestID: "req-9")
            }
        }
        let checkpoint = try await process.protect("server-x", "y")
        try await process.settle()
        #expect(try await process.status(checkpoint) == .error)
        #expect(process.log?.status == "error")
        #expect(process.log?.errorInfo == "OS::Cinder::Volume#x-1: Quota exceeded (req-9)")
        let found = order.withLock { $0 }
        #expect(found.contains("complete x-2"))
        #expect(found.contains("complete y"))
        #expect(!found.contains("complete server-x"))
        #expect(!found.contains("complete x-1"))
        // The clean-up is for what had begun and did not finish, the parent among it.
        #expect(world.cleanUps.sorted() == ["server-x", "x-1"])
        #expect(world.kinds(of: "x-1").isEmpty)
        #expect(world.kinds(of: "x-2") == ["backup"])
    }

    @Test func `a resource that had no chance to begin is not cleaned up after`() async throws {
        let process = try TestProcess(disk: disk, world: world) { hook, _ in
            if hook == "prepareBegin" { throw ResourceFailure("not today") }
        }
        _ = try await process.protect("server-x")
        try await process.settle()
        #expect(process.log?.errorInfo == "OS::Nova::Server#server-x: not today")
        #expect(world.cleanUps == ["server-x"])
    }

    @Test func `what could not be cleaned up is told`() async throws {
        let process = try TestProcess(disk: disk, world: world) { hook, _ in
            if hook == "main" { throw ResourceFailure("broken") }
            if hook == "cleanUp" { throw ResourceFailure("snapshot s-1 is left") }
        }
        _ = try await process.protect("y")
        try await process.settle()
        #expect(
            process.log?.errorInfo == "OS::Cinder::Volume#y: broken; OS::Cinder::Volume#y: snapshot s-1 is left")
    }

    @Test func `an error of any kind is an error of the operation`() async throws {
        struct Odd: Error {}
        for error in [Odd() as any Error, CancellationError(), BankError(.corrupted, "bits fell over")] {
            let process = try TestProcess { hook, _ in if hook == "main" { throw error } }
            let checkpoint = try await process.protect("y")
            try await process.settle()
            #expect(try await process.status(checkpoint) == .error)
            #expect(process.log?.errorInfo?.hasPrefix("OS::Cinder::Volume#y: ") == true)
        }
    }

    @Test func `a resource whose id the bank takes for no key fails rather than to be passed over`() async throws {
        let process = try TestProcess(disk: disk, world: world)
        let checkpoint = try await process.protect("a volume")
        try await process.settle()
        #expect(try await process.status(checkpoint) == .error)
        #expect(process.log?.errorInfo?.contains("a volume") == true)
    }

    @Test func `a type without a plugin is said to have none`() async throws {
        let family = FamilyProtectable(type: .image)
        let process = try TestProcess(disk: disk, world: world, protectables: [family])
        _ = try await process.protect("server-x")
        try await process.settle()
        #expect(
            process.log?.errorInfo?.contains(
                "OS::Glance::Image#x-1: Protection Plugin for OS::Glance::Image could not be found.") == true)
    }

    @Test func `a lost key ends the operation with that reason, the checkpoint in error`() async throws {
        let process = try TestProcess(disk: disk, world: world, sealBroken: true)
        let checkpoint = try await process.protect("y")
        try await process.settle()
        #expect(try await process.status(checkpoint) == .error)
        #expect(process.log?.errorInfo == "the store: the key of the sealed token was lost")
    }

    @Test func `a lost key names what an earlier life made`() async throws {
        let dying = Mortal()
        let first = try TestProcess(disk: disk, world: world, mortal: dying) { hook, _ in
            if hook == "main" { dying.die() }
        }
        let checkpoint = try await first.protect("y")
        try await eventually { dying.isDead }
        let second = try TestProcess(disk: disk, world: world, sealBroken: true)
        try await second.engine.start()
        try await second.settle()
        #expect(try await second.status(checkpoint) == .error)
        #expect(
            second.log?.errorInfo == "the store: the key of the sealed token was lost; "
                + "OS::Cinder::Volume#y: snapshot-0 of snapshot was not looked after")
    }

    @Test func `an operation whose window passed while the daemon was down names what was made`() async throws {
        let time = QuickTime()
        let dying = Mortal()
        let first = try TestProcess(disk: disk, world: world, mortal: dying, time: time) { hook, _ in
            if hook == "main" { dying.die() }
        }
        _ = try await first.protect("y")
        try await eventually { dying.isDead }
        time.advance(by: .seconds(172_800 + 3600 + 1))
        let second = try TestProcess(disk: disk, world: world, time: time)
        try await second.engine.start()
        try await second.settle()
        #expect(second.log?.errorInfo?.contains("[protection] allow_expired_window") == true)
        #expect(second.log?.errorInfo?.contains("snapshot-0") == true)
    }

    @Test func `the journal is asked once for each end of a hook`() async throws {
        let process = try TestProcess(disk: disk, world: world)
        _ = try await process.protect("y")
        try await process.settle()
        let path = "OS::Cinder::Volume/y/on_main"
        #expect(process.mortal.calls.filter { $0.contains(path) } == ["begin \(path)"])
    }
}
