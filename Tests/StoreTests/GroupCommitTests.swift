import GRDB
import Loop
import Protection
import TestSupport
import Testing

@testable import Store

/// Counts what SQLite itself says it has committed.
private final class CommitCounter: TransactionObserver, Sendable {
    private let counter = Locked(0)
    var count: Int { counter.withLock { $0 } }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidCommit(_ db: Database) { counter.withLock { $0 += 1 } }
    func databaseDidRollback(_ db: Database) {}
}

@Suite(.timeLimit(.minutes(5))) struct GroupCommitTests {
    @Test func `writes that gather behind a commit share the next one`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        let operation = Samples.operation()
        try await store.admit(Samples.admission(operation))
        let commits = CommitCounter()
        store.pool.add(transactionObserver: commits)
        let before = store.statistics

        let hold = Hold(store)
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<256 {
                group.addTask { try? await store.begin(Samples.step(operation, "\(index)")) }
            }
            await hold.waitForCalls(256)
            #expect(commits.count == 0)
            hold.release()
        }
        #expect(commits.count == 1)
        #expect(store.statistics.commits - before.commits == 1)
        #expect(store.statistics.writes - before.writes == 256)
        #expect(try await store.steps(of: operation.id).count == 256)
        await store.close()
    }

    @Test func `of a batch only the writes that cannot be done fail`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        let operation = Samples.operation()
        try await store.admit(Samples.admission(operation))
        let commits = CommitCounter()
        store.pool.add(transactionObserver: commits)

        let hold = Hold(store)
        let errors = await withTaskGroup(of: (Int, StoreError?).self) { group in
            for index in 0..<100 {
                group.addTask {
                    let step = Samples.step(index % 10 == 3 ? Samples.operation() : operation, "\(index)")
                    do throws(StoreError) {
                        try await store.begin(step)
                        return (index, nil)
                    } catch {
                        return (index, error)
                    }
                }
            }
            await hold.waitForCalls(100)
            hold.release()
            return await group.reduce(into: [Int: StoreError]()) { $0[$1.0] = $1.1 }
        }
        #expect(errors.keys.sorted() == stride(from: 3, to: 100, by: 10).map { $0 })
        #expect(errors.values.allSatisfy { $0.code == .notFound })
        #expect(commits.count == 1)
        #expect(try await store.steps(of: operation.id).count == 90)
        await store.close()
    }

    @Test func `a write that fails half way leaves nothing, and the others of its batch all`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        let hold = Hold(store)
        let failed = Task {
            try await store.write { database in
                try database.run(
                    "INSERT INTO identity (id, owner_id) VALUES (1, 'x') ON CONFLICT DO UPDATE SET owner_id = 'x'")
                try database.run("INSERT INTO identity (id, owner_id) VALUES (2, 'y')")
            }
        }
        await hold.waitForCalls(1)
        async let written: Void = store.insert(Samples.plan(id: "a"), quota: -1)
        await hold.waitForCalls(2)
        hold.release()
        await expectStoreError(.conflict) { try await failed.value }
        try await written
        let owner = try await store.read { try String.fetchOne($0, sql: "SELECT owner_id FROM identity") }
        #expect(try await store.ownerID() == owner)
        #expect(try await store.plan("a").id == "a")
        await store.close()
    }

    @Test func `a cancelled caller's write is carried out all the same`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        let hold = Hold(store)
        let task = Task { try await store.insert(Samples.plan(id: "a"), quota: -1) }
        await hold.waitForCalls(1)
        task.cancel()
        hold.release()
        try await task.value
        let read = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await store.plan("a")
        }
        #expect(try await read.value.id == "a")
        await store.close()
    }

    @Test func `beyond the limit of calls in flight the next one is refused`() async throws {
        let gate = CallGate(limit: 2)
        try gate.enter()
        try gate.enter()
        #expect(throws: StoreError.self) { try gate.enter() }
        gate.leave()
        try gate.enter()
        gate.leave()
        gate.leave()
        await gate.close()
        #expect(throws: StoreError.self) { try gate.enter() }
    }
}
