import FoundationEssentials
import Keystone
import Loop
import PluginKit
import Protection
import TestSupport
import Testing

@testable import Engine

/// Which operations get a trust, and what becomes of it.
@Suite(.timeLimit(.minutes(2))) struct OperationTrustTests {
    private let disk = MemoryDisk()
    private let world = World()
    private let trusts = TrustWorld()
    private let time = QuickTime()

    private func process(
        _ policy: TrustPolicy, maxOperationDuration: TimeInterval = 604_800, mortal: Mortal = Mortal(),
        turn: @escaping WorldPlugin.Turn = { _, _ in }
    ) throws -> TestProcess {
        try TestProcess(
            disk: disk, world: world, mortal: mortal, time: time,
            settings: EngineSettings(maxOperationDuration: maxOperationDuration, trusts: policy), trusts: trusts,
            turn: turn)
    }

    private func settleTrusts() async throws {
        try await eventually { disk.rows.trusts.isEmpty }
        #expect(trusts.trusts.isEmpty)
    }

    @Test func `an operation whose token does not reach as far as it may take gets a trust until after its end`()
        async throws
    {
        let seen = Counted()
        let process = try process(.auto) { hook, context in
            guard hook == "main" else { return }
            let id = try #require(context.operation.trustID)
            let made = try #require(trusts.trusts[id])
            #expect(made.trustorID == "a-user" && made.projectID == TestProcess.project)
            #expect(made.end == context.operation.acceptableUntil)
            #expect(made.end >= context.operation.deadline + 600 && made.end < context.operation.deadline + 4300)
            seen.more()
        }
        let checkpoint = try await process.protect("y")
        try await process.settle()
        #expect(seen.count == 1)
        #expect(try await process.status(checkpoint) == .available)
        #expect(process.log?.extraInfo["trust_id"] == "trust-1")
        try await settleTrusts()
    }

    @Test func `a lost key ends an operation, and its trust with it`() async throws {
        let first = try process(.auto)
        await first.engine.suspend()
        let checkpoint = try await first.protect("y")
        #expect(trusts.trusts.count == 1)
        let second = try TestProcess(
            disk: disk, world: world, time: time, settings: EngineSettings(trusts: .auto), sealBroken: true,
            trusts: trusts)
        try await second.engine.start()
        try await second.settle()
        #expect(try await second.status(checkpoint) == .error)
        #expect(second.log?.errorInfo == "the store: the key of the sealed token was lost")
        try await settleTrusts()
    }

    @Test func `within its window an operation needs none, unless all are to have one`() async throws {
        let automatic = try process(.auto, maxOperationDuration: 3600)
        _ = try await automatic.protect("y")
        try await automatic.settle()
        #expect(trusts.madeCount == 0)
        #expect(automatic.log?.extraInfo["trust_id"] == nil)
        let always = try process(.on, maxOperationDuration: 3600)
        _ = try await always.protect("z")
        try await always.settle()
        #expect(trusts.madeCount == 1)
        try await settleTrusts()
    }

    @Test func `a protect whose checkpoint the bank refuses leaves no trust`() async throws {
        let process = try process(.on)
        process.isReadOnly.set(true)
        await #expect(throws: ServiceFault.self) { _ = try await process.protect("y") }
        #expect(trusts.madeCount == 1)
        try await settleTrusts()
    }

    @Test func `an operation with a trust works on when its user's token is no longer accepted`() async throws {
        let process = try process(.auto) { hook, _ in
            if hook == "main" { time.advance(by: .seconds(172_800 + 3600 + 86_400)) }
        }
        let checkpoint = try await process.protect("y")
        try await process.settle()
        #expect(try await process.status(checkpoint) == .available)
        try await settleTrusts()
    }

    @Test func `a token that can make none is refused, or goes on and says so`() async throws {
        trusts.change { $0.making = TrustWorld.forbidden }
        let always = try process(.on)
        let fault = await #expect(throws: ServiceFault.self) { _ = try await always.protect("y") }
        #expect(fault?.code == .badRequest)
        #expect(fault?.message.contains("Delegated tokens cannot manage trusts") == true)
        #expect(disk.rows.operations.isEmpty && disk.rows.logs.isEmpty && disk.rows.trusts.isEmpty)

        let automatic = try process(.auto)
        let checkpoint = try await automatic.protect("y")
        try await automatic.settle()
        #expect(try await automatic.status(checkpoint) == .available)
        #expect(automatic.log?.extraInfo["trust_refused"]?.string?.contains("Delegated tokens") == true)
        #expect(automatic.log?.extraInfo["trust_id"] == nil)
    }

    @Test func `where Keystone is away the caller is told to come back, and nothing is written`() async throws {
        trusts.change { $0.making = TrustWorld.noAnswer }
        let process = try process(.on)
        let fault = await #expect(throws: ServiceFault.self) { _ = try await process.protect("y") }
        #expect(fault?.code == .unavailable)
        #expect(disk.rows.operations.isEmpty)
        trusts.change { $0.making = nil }
        time.advance(by: .seconds(700))
        try await settleTrusts()
    }

    @Test(arguments: [TrustPolicy.on, .auto])
    func `a trust whose answer was lost is found and ended`(policy: TrustPolicy) async throws {
        trusts.change { $0.making = TrustWorld.lostAnswer }
        let process = try process(policy)
        let outcome = await Result { _ = try await process.protect("y") }
        #expect(trusts.madeCount == 1)
        if case .failure(let error) = outcome {
            #expect(policy == .on && (error as? ServiceFault)?.code == .unavailable)
        } else {
            #expect(policy == .auto)
        }
        try await process.settle()
        #expect(process.log?.status == (policy == .auto ? "available" : nil))
        try await settleTrusts()
    }

    @Test func `operations of one hour get trusts of different ends`() async throws {
        let first = try process(.on)
        let ends = (1...3).map { first.environment.settings.trustEnd(of: sample, attempt: $0) }
        #expect(Set(ends).count == 3)
        trusts.change { $0.taken = [ends[0]] }
        let record = TrustRecord(
            operationID: "another", trustorID: "a-user", projectID: TestProcess.project, expiresAt: ends[1],
            begunAt: time.date(), trustID: "elsewhere")
        disk.change { $0.trusts["another"] = record }
        let acquired = try await acquire(in: first)
        #expect(acquired.acceptableUntil == ends[2])
        #expect(disk.rows.trusts["sample"]?.expiresAt == ends[2])
        #expect(acquired.trustID.flatMap { trusts.trusts[$0] }?.end == ends[2])
    }

    @Test func `hundreds of operations at once get trusts of different ends`() async throws {
        let first = try process(.on)
        for number in 1...700 { _ = try await acquire(in: first, "sample-\(number)") }
        #expect(Set(trusts.trusts.values.map(\.end)).count == 700)
    }

    @Test func `where no end is free the caller is told to come back, or the operation goes on and says so`()
        async throws
    {
        let always = try process(.on)
        let ends = (1...8).map { always.environment.settings.trustEnd(of: sample, attempt: $0) }
        trusts.change { $0.taken = Set(ends) }
        let fault = await #expect(throws: ServiceFault.self) { _ = try await acquire(in: always) }
        #expect(fault?.code == .unavailable && fault?.message.contains("No end was free") == true)
        let automatic = try await acquire(in: try process(.auto))
        #expect(automatic.trustID == nil && automatic.trustRefusal?.hasPrefix("No end was free") == true)
        #expect(disk.rows.trusts.isEmpty)
    }

    @Test func `a Keystone that is slow to say that an end is taken is not asked for long`() async throws {
        let first = try process(.on)
        let ends = (1...8).map { first.environment.settings.trustEnd(of: sample, attempt: $0) }
        trusts.change { $0.taken = Set(ends.dropLast()) }
        trusts.change { $0.whenAsked = { time.advance(by: .seconds(3)) } }
        let fault = await #expect(throws: ServiceFault.self) { _ = try await acquire(in: first) }
        #expect(fault?.code == .unavailable && trusts.trusts.isEmpty)
    }

    private func acquire(in process: TestProcess, _ id: String = "sample") async throws -> Protection.Operation {
        var operation = sample
        operation.id = id
        return try await TrustAcquisition(environment: process.environment)
            .acquire(for: operation, context: TestProcess.caller().context)
    }

    private var sample: Protection.Operation {
        Operation(
            id: "sample", kind: .protect, projectID: TestProcess.project, userID: "a-user", requestID: "r",
            providerID: "provider", checkpointID: "c", submittedAt: time.date(),
            deadline: time.date().addingTimeInterval(604_800), acceptableUntil: time.date())
    }

    @Test func `an operation that is not admitted leaves no trust`() async throws {
        let process = try process(.on)
        await #expect(throws: ServiceFault.self) {
            _ = try await process.admission.protect(
                TestProcess.plan(["y"]), extraInfo: [:], quota: 0, caller: TestProcess.caller())
        }
        #expect(trusts.madeCount == 1)
        try await settleTrusts()
    }

    @Test func `a trust that cannot be ended is tried again, also by the next life`() async throws {
        trusts.change { $0.removal = TrustWorld.noAnswer }
        let process = try process(.on)
        _ = try await process.protect("y")
        try await process.settle()
        #expect(process.log?.status == "available", "the operation's end does not wait for it")
        await process.engine.suspend()
        #expect(trusts.trusts.count == 1)
        let next = try self.process(.off)
        try await next.engine.start()
        try await eventually { next.mortal.calls.contains("delete trust") }
        #expect(trusts.trusts.count == 1)
        trusts.change { $0.removal = nil }
        time.advance(by: .seconds(700))
        try await settleTrusts()
        await next.engine.suspend()
    }

    @Test func `the trust of an operation whose row is damaged is ended with it`() async throws {
        let dying = Mortal()
        let first = try process(.on, mortal: dying) { hook, _ in
            if hook == "main" { dying.die() }
        }
        _ = try await first.protect("y")
        try await eventually { dying.isDead }
        await first.engine.stopWaiting()
        disk.change { rows in rows.damages[rows.operations[0].id] = "its kind is unknown" }
        let second = try process(.off)
        try await second.engine.start()
        try await settleTrusts()
        #expect(second.log?.status == "error")
        await second.engine.suspend()
    }

    @Test func `a trust that has expired is forgotten without a question`() async throws {
        let process = try process(.on)
        trusts.change { $0.removal = TrustWorld.forbidden }
        _ = try await process.protect("y")
        try await process.settle()
        time.advance(by: .seconds(604_800 + 4400))
        try await eventually { disk.rows.trusts.isEmpty }
    }

    @Test func `the trust of an operation that goes on is not ended by another's end`() async throws {
        let gate = Switch()
        let process = try process(.on) { hook, context in
            if hook == "main", context.resource.id == "slow" { try await eventually { gate.isOn } }
        }
        _ = try await process.protect("slow")
        _ = try await process.protect("quick")
        try await eventually { trusts.madeCount == 2 && disk.rows.trusts.count == 1 }
        #expect(trusts.trusts.count == 1)
        gate.set(true)
        try await process.settle()
        try await settleTrusts()
    }

    @Test func `the trust of an operation that is admitted while others are being ended is not ended with them`()
        async throws
    {
        let (isEnding, mayEnd) = (Switch(), Switch())
        var environment = try process(.on).environment
        environment.trusts = HaltingRemoval(trusts: environment.trusts, hasBegun: isEnding, mayGoOn: mayEnd)
        let remover = TrustRemover(environment)
        await remover.hold("sample")
        let admitted = try await TrustAcquisition(environment: environment)
            .acquire(for: sample, context: TestProcess.caller().context)
        // One that is ended before its turn, and one after it.
        for (id, offset) in [("before", -10.0), ("after", 10)] {
            let record = TrustRecord(
                operationID: id, trustorID: "a-user", projectID: TestProcess.project,
                expiresAt: .distantFuture + offset, begunAt: time.date() + offset, trustID: id)
            disk.change { $0.trusts[id] = record }
        }
        await remover.look()
        try await eventually { isEnding.isOn }
        disk.change { $0.operations.append(admitted) }
        await remover.release("sample", isAdmitted: true)
        mayEnd.set(true)
        try await eventually { disk.rows.trusts["after"] == nil }
        #expect(disk.rows.trusts.keys.sorted() == ["sample"])
        #expect(admitted.trustID.flatMap { trusts.trusts[$0] } != nil)
        await remover.stop()
    }

    /// Keystone's trusts, of which none is ended before a sign is given.
    private struct HaltingRemoval: Trusts {
        let trusts: any Trusts
        let hasBegun: Switch
        let mayGoOn: Switch

        func make(for context: RequestContext, until end: Date) async throws(ServiceError) -> String {
            try await trusts.make(for: context, until: end)
        }

        func find(
            for trustorID: String, in projectID: String, until end: Date
        ) async throws(ServiceError) -> String? {
            try await trusts.find(for: trustorID, in: projectID, until: end)
        }

        func delete(_ id: String) async throws(ServiceError) {
            hasBegun.set(true)
            try? await eventually { mayGoOn.isOn }
            try await trusts.delete(id)
        }
    }

    @Test(arguments: CrashTests.Blow.allCases)
    func `whatever call an operation is hit at, from its admission to its end, no trust is left`(
        blow: CrashTests.Blow
    ) async throws {
        var call = 1
        while try await live(blow.at(call)) >= call { call += 1 }
        #expect(call > 15, "so few calls that something is missing")
    }

    /// How many calls the life made that `fate` has a blow for.
    private func live(_ fate: Mortal.Fate) async throws -> Int {
        let (disk, world, trusts) = (MemoryDisk(), World(), TrustWorld())
        let settings = EngineSettings(trusts: .on)
        let mortal = Mortal(fate)
        let first = try TestProcess(
            disk: disk, world: world, mortal: mortal, time: time, settings: settings, trusts: trusts)
        let isOver = Switch()
        // A process that dies on the way never returns.
        Task.detached {
            _ = try? await first.protect("y")
            try? await first.settleOrDie()
            isOver.set(true)
        }
        try await eventually { mortal.isDead || isOver.isOn }
        await first.engine.stopWaiting()
        let second = try TestProcess(disk: disk, world: world, time: time, settings: settings, trusts: trusts)
        try await second.engine.start()
        try await second.settle()
        time.advance(by: .seconds(700))
        try await eventually { disk.rows.trusts.isEmpty }
        #expect(trusts.trusts.isEmpty, "\(fate)")
        #expect(disk.rows.operations.allSatisfy { $0.state == .ended }, "\(fate)")
        await second.engine.suspend()
        return mortal.calls.count
    }
}
