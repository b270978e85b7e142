import Keystone
import Logging
import Loop
import PluginKit
import TestSupport
import Testing

@testable import Engine

/// Watchers of many operations, over a collection that counts its requests.
@Suite(.timeLimit(.minutes(2))) struct PollerTests {
    private let loop = Loop(label: "test")
    private let time = ManualTime()
    private let poller: Poller

    init() { poller = Poller(loop: loop, time: time, log: Self.log) }

    private static let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func scope(_ length: Duration = .seconds(36_000)) -> OperationScope {
        OperationScope(time: time, end: time.now() + length, reason: .cleanUpEnded)
    }

    private func wait(
        for id: String, in collection: FakeCollection, of operation: String = "a", project: String = "p",
        scope: OperationScope, until status: String = "ready"
    ) -> Task<Sighting, any Error> {
        loop.spawn { [poller] in
            try await PollingWait(
                scope: scope, log: Self.log, poller: poller,
                realm: .init(projectID: project, isAdministrators: false), operationID: operation
            ).wait(for: id, in: collection.seen(by: operation), madeAfter: nil, upTo: .seconds(15)) {
                if $0.status == status { return .done }
                return $0.isGone ? .failed(reason: "it is gone") : .pending
            }
        }
    }

    /// Lets looks happen until `isOver`.
    private func pass(_ step: Duration = .milliseconds(200), until isOver: @escaping @Sendable () -> Bool) async throws
    {
        try await eventually {
            if isOver() { return true }
            time.advance(by: step)
            return false
        }
    }

    /// Lets looks happen until all have been told.
    private func passUntilTold(
        _ tasks: [Task<Sighting, any Error>], _ step: Duration = .milliseconds(200)
    ) async throws {
        let told = Counted()
        for task in tasks {
            loop.spawn {
                _ = await task.result
                told.more()
            }
        }
        try await pass(step) { told.count == tasks.count }
    }

    @Test(arguments: [100, 1000])
    func `any number of things cost one paged list a round`(count: Int) async throws {
        let collection = FakeCollection(count)
        let scope = scope()
        let tasks = (0..<count).map {
            wait(for: "t\($0)", in: collection, of: "op-\($0 % 7)", scope: scope)
        }
        try await eventually { poller.load.watchers == count }
        let first = collection.requests
        #expect(
            first.pages + first.looks <= 2, "who comes first is looked at once, and the rest wait for the next round")
        for round in 1...5 {
            try await pass { collection.requests.pages >= first.pages + round }
        }
        collection.set("ready")
        try await passUntilTold(tasks)
        for task in tasks { #expect(try await task.value.status == "ready") }
        let all = collection.requests
        #expect(all.pages - first.pages <= 7)
        #expect(all.looks == first.looks)
        #expect(all.items <= 8 * count)
        try await pass { poller.load.groups == 0 }
    }

    @Test func `one or two things are asked for by their ids`() async throws {
        let collection = FakeCollection(500)
        let scope = scope()
        let tasks = ["t3", "t4"].map { wait(for: $0, in: collection, scope: scope) }
        try await pass { collection.requests.looks >= 6 }
        collection.set("ready")
        try await passUntilTold(tasks)
        for task in tasks { _ = try await task.value }
        #expect(collection.requests.pages == 0)
    }

    @Test func `projects are watched apart`() async throws {
        let collection = FakeCollection(10)
        let scope = scope()
        let tasks = (0..<10).map { wait(for: "t\($0)", in: collection, project: "p\($0)", scope: scope) }
        try await eventually { poller.load.groups == 10 }
        collection.set("ready")
        try await passUntilTold(tasks)
        for task in tasks { _ = try await task.value }
        #expect(collection.requests.pages == 0)
    }

    @Test func `an operation whose user is gone holds up nobody else's`() async throws {
        let collection = FakeCollection(40)
        let scope = scope()
        collection.change { $0.errors["bad"] = ServiceError(.userTokenGone, "revoked", serviceType: "x") }
        let bad = (0..<20).map { wait(for: "t\($0)", in: collection, of: "bad", scope: scope) }
        try await passUntilTold(bad)
        for task in bad {
            await #expect { try await task.value } throws: { ($0 as? ServiceError)?.code == .userTokenGone }
        }
        let good = (20..<40).map { wait(for: "t\($0)", in: collection, of: "good", scope: scope) }
        let late = wait(for: "t1", in: collection, of: "bad", scope: scope)
        try await eventually { poller.load.watchers >= 20 }
        collection.set("ready")
        try await passUntilTold(good + [late])
        for task in good { #expect(try await task.value.status == "ready") }
    }

    @Test func `errors that may pass are ridden out until each one's own scope ends`() async throws {
        let collection = FakeCollection(10)
        collection.change { $0.errors["a"] = ServiceError(.unavailable, "down", serviceType: "x", status: 503) }
        let (short, long) = (scope(), scope())
        let cut = (0..<5).map { wait(for: "t\($0)", in: collection, scope: short) }
        let kept = (5..<10).map { wait(for: "t\($0)", in: collection, scope: long) }
        try await eventually { poller.load.watchers == 10 }
        for _ in 0..<10 {
            time.advance(by: .seconds(20))
            await Task.yield()
        }
        short.interrupt(.cleanUpEnded)
        for task in cut { await #expect(throws: Interruption.cleanUpEnded) { try await task.value } }
        collection.set("ready")
        collection.change { $0.errors = [:] }
        try await passUntilTold(kept, .seconds(5))
        for task in kept { #expect(try await task.value.status == "ready") }
    }

    @Test(arguments: [true, false])
    func `who is interrupted or cancelled leaves at once, also in the middle of a look`(isInterrupted: Bool)
        async throws
    {
        let collection = FakeCollection(1)
        let (gate, open) = AsyncStream<Void>.makeStream()
        collection.change { $0.gate = { for await _ in gate {} } }
        let scope = scope()
        let task = wait(for: "t0", in: collection, scope: scope)
        try await eventually { poller.load.watchers == 1 }
        if isInterrupted { scope.interrupt(.cleanUpEnded) } else { task.cancel() }
        await #expect(throws: isInterrupted ? Interruption.cleanUpEnded : .suspended) { try await task.value }
        #expect(poller.load.watchers == 0)
        open.finish()
        try await pass { poller.load.groups == 0 }
    }

    @Test func `a thing that there is not is told as gone`() async throws {
        let collection = FakeCollection(0)
        let scope = scope()
        let tasks = (0..<5).map { wait(for: "t\($0)", in: collection, scope: scope, until: Sighting.notFound) }
        try await passUntilTold(tasks)
        for task in tasks { #expect(try await task.value.isGone) }
        await #expect {
            let lost = wait(for: "t9", in: collection, scope: scope)
            try await passUntilTold([lost])
            _ = try await lost.value
        } throws: {
            ($0 as? ResourceFailure)?.reason == "it is gone"
        }
    }
}
