import FoundationEssentials
import Keystone
import Loop
import PluginKit
import Protection
import Synchronization
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

    @Test func `a bank that refuses the last word for good makes it an error, and the operation ends`() async throws {
        let banks = Mutex<[ProcessBank]>([])
        let process = try TestProcess(disk: disk, world: world) { hook, _ in
            guard hook == "complete" else { return }
            for bank in banks.withLock({ $0 }) { bank.fail(with: BankError(.corrupted, "the bits fell over")) }
        }
        banks.withLock { $0 = [process.bank] }
        _ = try await process.protect("y")
        try await process.settle()
        #expect(process.log?.status == "error")
        #expect(process.log?.errorInfo == "the bank: the bits fell over")
        #expect(disk.rows.operations.allSatisfy { $0.state == .ended })
    }

    @Test func `a bank that can only be read for hours when all is done holds the operation up, and does not lose it`()
        async throws
    {
        let time = QuickTime()
        let switches = Mutex<[Switch]>([])
        let process = try TestProcess(disk: disk, world: world, time: time) { hook, _ in
            guard hook == "complete" else { return }
            for isReadOnly in switches.withLock({ $0 }) { isReadOnly.set(true) }
        }
        switches.withLock { $0 = [process.isReadOnly] }
        let checkpoint = try await process.protect("y")
        let end = time.date().addingTimeInterval(3 * 3600)
        try await eventually { time.date() >= end }
        #expect(disk.rows.operations.map(\.state) == [.running])
        process.isReadOnly.set(false)
        try await process.settle()
        #expect(try await process.status(checkpoint) == .available)
        #expect(process.log?.status == "available")
    }

    @Test func `a delete that a bank which can only be read never took up ends, and leaves the checkpoint as it was`()
        async throws
    {
        let process = try TestProcess(disk: disk, world: world)
        let checkpoint = try await process.protect("y")
        try await process.settle()
        process.isReadOnly.set(true)
        try await process.admission.delete(
            checkpointID: checkpoint.id, providerID: "provider", caller: TestProcess.caller())
        try await process.settle()
        #expect(process.log?.status == "error-deleting")
        #expect(process.log?.errorInfo == "the bank: the bank can only be read")
        #expect(try await process.status(checkpoint) == .available)
        #expect(world.kinds(of: "y") == ["backup"])
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
        try await eventually { time.date() >= end }
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

    // MARK: Ends of many kinds

    private func stuck(_ context: ResourceContext) async throws {
        _ = try await context.waiting.wait(upTo: .seconds(15)) {
            1
        } verdict: { _ in
            .pending
        }
    }

    @Test func `a surplus that could not be removed is named, and spoils no success`() async throws {
        let calm = try TestProcess()
        _ = try await calm.protect("y")
        try await calm.settle()
        let number = try #require(calm.mortal.calls.firstIndex(of: "make backup")) + 1
        let process = try TestProcess(disk: disk, world: world, mortal: Mortal(.losesAnswer(call: number))) { hook, _ in
            if hook == "cleanUp" { throw ResourceFailure("backup b-2 is left") }
        }
        let checkpoint = try await process.protect("y")
        try await process.settle()
        #expect(world.cleanUps == ["y true"])
        #expect(try await process.status(checkpoint) == .available)
        #expect(process.log?.status == "available")
        #expect(process.log?.errorInfo == "OS::Cinder::Volume#y: backup b-2 is left")
    }

    @Test func `a clean-up is no wider than the operation`() async throws {
        let load = Mutex((now: 0, most: 0))
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
        // The third call of a life reads what was reported, after those that look for operations and begin this one.
        let mortal = storeStumbles ? Mortal(.fails(call: 3)) : Mortal()
        let second = try TestProcess(disk: disk, world: world, mortal: mortal) { hook, context in
            if hook == "complete", context.resource.id == "z" { throw ResourceFailure("broken") }
        }
        try await second.engine.start()
        try await second.settle()
        #expect(mortal.calls.prefix(3) == ["unfinished", "begin", "restore"])
        #expect(mortal.calls.count { $0 == "restore" } == (storeStumbles ? 2 : 1))
        let report = try #require(disk.rows.restores[restore.id]).resources
        let copies = world.things.filter { $0.kind == "copy" }
        let key = { (id: String) in "OS::Cinder::Volume#" + (copies.first { $0.resourceID == id }?.id ?? "none") }
        #expect(copies.count == 2)
        #expect(report.status == [key("y"): "available", key("z"): "error"])
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
        let time = QuickTime()
        let cleanedAt = Times()
        let calm = try TestProcess()
        _ = try await calm.protect("y")
        try await calm.settle()
        let number = try #require(calm.mortal.calls.firstIndex(of: "make snapshot")) + 1
        let dying = Mortal(.diesBefore(call: number))
        let settings = EngineSettings(maxOperationDuration: 30)
        let first = try TestProcess(disk: disk, world: world, mortal: dying, time: time, settings: settings)
        let begin = time.date()
        _ = try await first.protect("y")
        try await eventually { dying.isDead }
        time.advance(by: .seconds(31))
        let second = try TestProcess(disk: disk, world: world, time: time, settings: settings) { hook, _ in
            if hook == "cleanUp" { cleanedAt.add(time.date()) }
        }
        try await second.engine.start()
        try await second.settle()
        let at = try #require(cleanedAt.all.first)
        #expect(at.timeIntervalSince(begin) >= DurableSteps.settleTime)
        #expect(second.log?.errorInfo?.contains("[protection] max_operation_duration") == true)
    }
}
