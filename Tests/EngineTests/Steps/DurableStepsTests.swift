import FoundationEssentials
import Keystone
import Logging
import Loop
import PluginKit
import Protection
import TestSupport
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct DurableStepsTests {
    private let disk = MemoryDisk()
    private let world = World()
    private let time = QuickTime()
    private let marker = Marker(operationID: "op", checkpointID: "cp", resourceID: "v")
    private let key = ResourceKey(type: .volume, id: "v")

    /// There is no step without an operation.
    init() {
        let operation = Protection.Operation(
            id: "op", kind: .protect, state: .running, projectID: "p", userID: "u", requestID: "r", providerID: "x",
            checkpointID: "cp", submittedAt: time.date(), deadline: .distantFuture, acceptableUntil: .distantFuture)
        disk.change { $0.operations.append(operation) }
    }

    /// The steps of the resource in one life of the process.
    private func steps(
        _ process: Mortal = Mortal(), scope: OperationScope? = nil, ledger: StepLedger? = nil,
        requestTimeout: Duration = .seconds(60)
    ) -> DurableSteps {
        let scope =
            scope ?? OperationScope(time: time, end: time.now() + .seconds(7200), reason: .timedOut(at: time.date()))
        var steps = DurableSteps(
            resource: key, marker: marker, scope: scope,
            ledger: ledger ?? StepLedger((disk.rows.steps["op"] ?? [:]).map(\.value)),
            journal: MemoryStore(disk: disk, process: process), loop: Loop(label: "test"),
            patience: Patience(scope: scope, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        steps.requestTimeout = requestTimeout
        return steps
    }

    private func make(_ steps: DurableSteps, in process: Mortal = Mortal()) async throws -> String {
        try await steps.run(
            "backup", recovery: .adopt { [world, marker] in try await world.find("backup", marker, in: process) }
        ) { [world, marker] in
            try await world.make("backup", marker, in: process)
        }
    }

    private var record: StepRecord? { disk.rows.steps["op"]?["OS::Cinder::Volume/v/backup"] }

    @Test func `a finished step is never run again, in this life or another`() async throws {
        let first = steps()
        let id = try await make(first)
        #expect(try await make(first) == id)
        #expect(try await make(steps()) == id)
        #expect(world.made == ["backup of v": 1])
        #expect(try steps().result(of: "backup", as: String.self) == id)
        #expect(try steps().result(of: "snapshot", as: String.self) == nil)
    }

    @Test func `the intent is on disk before the effect, and the result after it`() async throws {
        let process = Mortal()
        _ = try await make(steps(process), in: process)
        let path = "OS::Cinder::Volume/v/backup"
        #expect(process.calls == ["begin \(path)", "make backup", "finish \(path)"])
        #expect(record?.result == Array("\"backup-0\"".utf8))
    }

    @Test func `without an intent on disk there is no effect`() async {
        let scope = OperationScope(time: time, end: time.now() + .seconds(60), reason: .cleanUpEnded)
        let steps = DurableSteps(
            resource: key, marker: marker, scope: scope, ledger: StepLedger([]), journal: BrokenJournal(),
            loop: Loop(label: "test"),
            patience: Patience(scope: scope, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        await #expect(throws: Interruption.cleanUpEnded) { try await make(steps) }
        #expect(world.made.isEmpty)
    }

    @Test func `when the journal was slow to take the intent, the effect still has its whole time to settle`()
        async throws
    {
        let begin = time.date()
        let slow = SlowJournal(time: time, delay: .seconds(300))
        let scope = OperationScope(time: time, end: time.now() + .seconds(7200), reason: .cleanUpEnded)
        let steps = DurableSteps(
            resource: key, marker: marker, scope: scope, ledger: StepLedger([]), journal: slow,
            loop: Loop(label: "test"),
            patience: Patience(scope: scope, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        let effectAt = Times()
        _ = try await steps.run("x", recovery: StepRecovery<Int>.repeatable) { [time] in
            effectAt.add(time.date())
            return 1
        }
        let at = try #require(effectAt.all.first)
        #expect(at >= begin.addingTimeInterval(300))
        #expect(try #require(slow.last).settlesAt >= at.addingTimeInterval(60))
    }

    @Test func `a result that the journal does not take at once is no reason to run the effect again`() async throws {
        // The third call is the one that writes the result.
        for fate in [Mortal.Fate.fails(call: 3), .losesAnswer(call: 3)] {
            let process = Mortal(fate)
            _ = try await make(steps(process), in: process)
        }
        #expect(world.made == ["backup of v": 1])
        #expect(record?.result != nil)
    }

    @Test func `a result is written also when the daemon is about to stop`() async throws {
        let scope = OperationScope(time: time, end: time.now() + .seconds(7200), reason: .cleanUpEnded)
        let steps = steps(scope: scope)
        _ = try? await steps.run("x", recovery: StepRecovery<Int>.never(reason: "once only")) {
            scope.interrupt(.suspended)
            return 1
        }
        #expect(disk.rows.steps["op"]?["OS::Cinder::Volume/v/x"]?.result == Array("1".utf8))
    }

    @Test func `after an ambiguous failure it is looked for before it is made again`() async throws {
        let process = Mortal(.losesAnswer(call: 2))
        let ledger = StepLedger([])
        let id = try await make(steps(process, ledger: ledger), in: process)
        #expect(id == "backup-0")
        #expect(world.made == ["backup of v": 1])
        #expect(try #require(ledger.settlesAt) > time.date())
        #expect(try #require(StepLedger((disk.rows.steps["op"] ?? [:]).map(\.value)).settlesAt) > time.date())
    }

    @Test(arguments: [60.0, 2])
    func `after a failure that left no trace it is made again, but only when it can no longer happen`(
        requestTimeout: Double
    ) async throws {
        let begin = time.now()
        let process = Mortal(.fails(call: 2))
        #expect(
            try await make(steps(process, requestTimeout: .seconds(requestTimeout)), in: process) == "backup-0")
        #expect(world.made == ["backup of v": 1])
        let took = time.now() - begin
        #expect(took >= .seconds(requestTimeout + 5) && took <= .seconds(requestTimeout + 15))
    }

    @Test func `an answer ends the wait: after a 500 it is looked for once, and made again`() async throws {
        let begin = time.now()
        let tries = Counted()
        let result = try await steps().run("x", recovery: .adopt { nil }) { () -> Int in
            if tries.more() == 1 {
                throw ServiceError(.serverError, "", serviceType: "x", status: 500, requestMayHaveArrived: true)
            }
            return 7
        }
        #expect(result == 7)
        #expect(time.now() - begin < .seconds(5))
    }

    @Test(arguments: [502, 504])
    func `a gateway's answer ends no wait: what was asked may still happen, and is looked for until it cannot`(
        status: Int
    ) async throws {
        let begin = time.now()
        let tries = Counted()
        let lands = try await steps().run(
            "x", recovery: .adopt { [time] () -> Int? in time.now() - begin < .seconds(30) ? nil : 7 }
        ) {
            tries.more()
            throw ServiceError(.serverError, "", serviceType: "x", status: status, requestMayHaveArrived: true)
        }
        #expect(lands == 7)
        #expect(tries.count == 1)
    }

    @Test func `only what was asked and not answered has to settle before a clean-up`() async throws {
        let ledger = StepLedger([])
        let steps = steps(ledger: ledger)
        _ = try? await steps.run("refused", recovery: StepRecovery<Int>.repeatable) {
            throw ServiceError(.overLimit, "", serviceType: "x", status: 413)
        }
        #expect(try #require(ledger.settlesAt) <= time.date())
        _ = try? await steps.run("cut off", recovery: StepRecovery<Int>.repeatable) {
            throw ServiceError(
                .redirected, "", serviceType: "x", disposition: .permanent, requestMayHaveArrived: true)
        }
        #expect(try #require(ledger.settlesAt) > time.date())
    }

    @Test func `what was certainly not done is done again without looking`() async throws {
        let tries = Counted()
        let result = try await steps().run(
            "x",
            recovery: .adopt { () -> Int? in
                Issue.record("nobody needs to look")
                return nil
            }
        ) {
            if tries.more() < 4 { throw ServiceError(.unreachable, "", serviceType: "x") }
            return 7
        }
        #expect(result == 7)
        #expect(tries.count == 4)
    }

    @Test func `a service that asks to be left alone is left alone`() async throws {
        let begin = time.now()
        let tries = Counted()
        _ = try await steps().run("x", recovery: StepRecovery<Int>.repeatable) {
            if tries.more() == 1 {
                throw ServiceError(.rateLimited, "", serviceType: "x", status: 429, retryAfter: .seconds(40))
            }
            return 7
        }
        #expect(time.now() - begin == .seconds(40))
    }

    @Test func `a refusal is thrown at once, and the effect is not tried again`() async {
        let tries = Counted()
        await #expect(throws: ServiceError.self) {
            _ = try await steps().run("x", recovery: StepRecovery<Int>.repeatable) {
                tries.more()
                throw ServiceError(.overLimit, "quota", serviceType: "x", status: 413)
            }
        }
        #expect(tries.count == 1)
    }

    @Test func `a step that an earlier life began waits until it has settled`() async throws {
        let dying = Mortal(.diesAfter(call: 1))
        let abandoned = steps(dying)
        let task = Task { try await make(abandoned, in: dying) }
        try await eventually { dying.isDead }
        let settlesAt = try #require(record).settlesAt
        #expect(try await make(steps()) == "backup-0")
        #expect(time.date() >= settlesAt)
        #expect(world.made == ["backup of v": 1])
        task.cancel()
    }

    @Test func `what an earlier life made is adopted as soon as it is found`() async throws {
        let dying = Mortal(.diesAfter(call: 2))
        let abandoned = steps(dying)
        let task = Task { try await make(abandoned, in: dying) }
        try await eventually { dying.isDead }
        let begin = time.now()
        #expect(try await make(steps()) == "backup-0")
        #expect(time.now() == begin)
        #expect(world.made == ["backup of v": 1])
        task.cancel()
    }

    @Test func `a step that can be neither found nor repeated fails with its reason`() async throws {
        let tries = Counted()
        await #expect {
            _ = try await steps().run("x", recovery: StepRecovery<Int>.never(reason: "look for yourself")) {
                tries.more()
                throw ServiceError(.timedOut, "", serviceType: "x", requestMayHaveArrived: true)
            }
        } throws: {
            ($0 as? ResourceFailure)?.reason == "look for yourself"
        }
        await #expect(throws: ResourceFailure.self) {
            _ = try await steps().run("x", recovery: StepRecovery<Int>.never(reason: "look for yourself")) {
                tries.more()
            }
        }
        #expect(tries.count == 1)
    }

    @Test func `a cancellation does not cut an effect that has begun`() async throws {
        let loop = Loop(label: "test")
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let (gate, open) = AsyncStream<Void>.makeStream()
        let steps = steps()
        let task = loop.spawn {
            try await steps.run("x", recovery: StepRecovery<Bool>.repeatable) {
                begin.finish()
                for await _ in gate {}
                return Task.isCancelled
            }
        }
        for await _ in begun {}
        task.cancel()
        open.finish()
        #expect(try await task.value == false)
    }

    @Test func `nothing is begun in an interrupted scope`() async {
        let scope = OperationScope(time: time, end: time.now() + .seconds(7200), reason: .cleanUpEnded)
        scope.interrupt(.suspended)
        await #expect(throws: Interruption.suspended) { try await make(steps(scope: scope)) }
        #expect(record == nil)
        #expect(world.made.isEmpty)
    }

    @Test func `a result that cannot be read is said to be damaged`() async throws {
        let record = StepRecord(
            operationID: "op", path: "OS::Cinder::Volume/v/x", begunAt: time.date(),
            settlesAt: time.date(), result: [0x7b])
        await #expect {
            _ = try await steps(ledger: StepLedger([record])).run("x", recovery: StepRecovery<Int>.repeatable) { 1 }
        } throws: {
            ($0 as? StoreError)?.code == .corrupted
        }
    }
}
