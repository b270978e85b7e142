import FoundationEssentials
import Keystone
import Loop
import PluginKit
import Protection
import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite struct OperationRunTests {
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
        #expect(process.log?.extraInfo["progress"] == ["steps_done": 4, "steps_total": 4])
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
        let order = Mutex<[String]>([])
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
        let order = Mutex<[String]>([])
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
        #expect(world.cleanUps.sorted() == ["server-x false", "x-1 false"])
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
        #expect(world.cleanUps == ["server-x false"])
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

    @Test func `an operation whose provider was unloaded ends with that reason`() async throws {
        let first = try TestProcess(disk: disk, world: world, settings: EngineSettings(maxConcurrentOperations: 1))
        await first.engine.suspend()
        _ = try await first.protect("y")
        let second = try TestProcess(disk: disk, world: world, providers: ["another"])
        try await second.engine.start()
        try await second.settle()
        #expect(second.log?.status == "error")
        #expect(second.log?.errorInfo == "provider provider is not loaded")
    }

    // MARK: The window

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
        #expect(world.cleanUps == ["y false"])
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
        await dying.waitForDeath()
        #expect(world.kinds(of: "y") == ["snapshot"])
        time.advance(by: .seconds(172_800 + 3600 - 200))
        let second = try TestProcess(disk: disk, world: world, time: time)
        try await second.engine.start()
        try await second.settle()
        #expect(try await second.status(checkpoint) == .error)
        #expect(second.log?.errorInfo?.contains("[protection] allow_expired_window") == true)
        #expect(world.things.isEmpty)
    }

    // MARK: The bank and the store

    @Test func `a checkpoint that failed before its resources were known can be deleted`() async throws {
        let first = try TestProcess(disk: disk, world: world, sealBroken: true)
        let checkpoint = try await first.protect("y")
        try await first.settle()
        let second = try TestProcess(disk: disk, world: world)
        try await second.admission.delete(
            checkpointID: checkpoint.id, providerID: "provider", caller: TestProcess.caller())
        try await second.settle()
        #expect(try await second.status(checkpoint) == .deleted)
    }

    @Test func `a delete removes what the protect made, and the checkpoint from the lists`() async throws {
        let process = try TestProcess(disk: disk, world: world)
        let checkpoint = try await process.protect("y")
        try await process.settle()
        try await process.admission.delete(
            checkpointID: checkpoint.id, providerID: "provider", caller: TestProcess.caller())
        try await process.settle()
        #expect(try await process.status(checkpoint) == .deleted)
        #expect(process.log?.status == "deleted")
        #expect(world.things.isEmpty)
        #expect(!disk.rows.objects.keys.contains { $0.path.hasPrefix("/indices/") })
    }

    @Test(arguments: [BankError.Code.corrupted])
    func `a bank that refuses the last word for good makes it an error, and the operation ends`(
        code: BankError.Code
    ) async throws {
        let banks = Mutex<[ProcessBank]>([])
        let process = try TestProcess(disk: disk, world: world) { hook, _ in
            guard hook == "complete" else { return }
            for bank in banks.withLock({ $0 }) { bank.fail(with: BankError(code, "the bank takes nothing more")) }
        }
        banks.withLock { $0 = [process.bank] }
        _ = try await process.protect("y")
        try await process.settle()
        #expect(process.log?.status == "error")
        #expect(process.log?.errorInfo == "the bank: the bank takes nothing more")
        #expect(disk.rows.operations.allSatisfy { $0.state == .ended })
    }

    @Test func `a bank that is gone for hours when all is done holds the operation up, and does not lose it`()
        async throws
    {
        let time = QuickTime()
        let banks = Mutex<[ProcessBank]>([])
        let process = try TestProcess(disk: disk, world: world, time: time) { hook, _ in
            guard hook == "complete" else { return }
            for bank in banks.withLock({ $0 }) { bank.fail(with: BankError(.unavailable, "no answer")) }
        }
        banks.withLock { $0 = [process.bank] }
        let checkpoint = try await process.protect("y")
        let end = time.date().addingTimeInterval(5 * 3600)
        while time.date() < end { await Task.yield() }
        process.bank.fail(with: nil)
        try await process.settle()
        #expect(try await process.status(checkpoint) == .available)
        #expect(process.log?.status == "available")
        #expect(world.made == ["snapshot of y": 1, "backup of y": 1])
    }

    @Test func `a restore reports under the new id, also when it fails after it had one`() async throws {
        let process = try TestProcess(disk: disk, world: world) { hook, _ in
            if hook == "restored" { throw ResourceFailure("the copy broke") }
        }
        let checkpoint = try await process.protect("y")
        try await process.settle()
        let restore = try await process.restore(checkpoint)
        try await process.settle()
        let row = try #require(disk.rows.restores[restore.id])
        #expect(row.status == .fail)
        let id = try #require(world.things.first { $0.kind == "copy" }?.id)
        #expect(row.resources.status == ["OS::Cinder::Volume#\(id)": "error"])
        #expect(row.resources.reason == ["OS::Cinder::Volume#\(id)": "OS::Cinder::Volume#y: the copy broke"])
    }

    @Test func `a restore that succeeds says so in its row, its log and its report`() async throws {
        let process = try TestProcess(disk: disk, world: world)
        let checkpoint = try await process.protect("y")
        try await process.settle()
        let restore = try await process.restore(checkpoint)
        try await process.settle()
        #expect(disk.rows.restores[restore.id]?.status == .success)
        #expect(process.log?.status == "success")
        #expect(disk.rows.restores[restore.id]?.resources.status.values.map { $0 } == ["available"])
        #expect(try await process.status(checkpoint) == .available)
    }
}
