import Foundation
import GRDB
import Glibc
import Protection
import TestSupport
import Testing

@testable import Store

@Suite(.timeLimit(.minutes(5))) struct OpeningTests {
    private let name = TemporaryFolder.storeName

    private func refusal(_ folder: TemporaryFolder) async -> StoreOpenError? {
        await #expect(throws: StoreOpenError.self) { try await folder.openStore() }
    }

    @Test func `a new store is there in full, for its owner alone, with nothing left beside it`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        #expect(try folder.names == [name, name + "-shm", name + "-wal", name + ".lock"])
        for file in try folder.names { #expect(try folder.mode(of: file) == 0o600, "\(file)") }
        await store.close()
        #expect(try folder.names == [name, name + ".lock"])
    }

    @Test func `every connection that writes is durable, and reads what it was set to`() async throws {
        let folder = TemporaryFolder()
        for _ in 0..<2 {
            let store = try await folder.openStore()
            let settings = try await store.write { database in
                try ["journal_mode", "synchronous", "foreign_keys", "secure_delete", "application_id"].map {
                    try Row.fetchOne(database, sql: "PRAGMA \($0)")?.databaseValues.first?.description ?? ""
                }
            }
            #expect(settings == ["\"wal\"", "2", "1", "1", "\(0x4B52_4250)"])
            await store.close()
        }
    }

    @Test func `the owner keeps its id for good`() async throws {
        let folder = TemporaryFolder()
        let first = try await folder.openStore()
        let owner = try await first.ownerID()
        #expect(UUID(uuidString: owner) != nil)
        await first.close()
        let second = try await folder.openStore()
        #expect(try await second.ownerID() == owner)
        await second.close()
    }

    @Test func `a second store on the same file is refused, naming the first one's process`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        symlink(folder.path(name), folder.path("link.sqlite"))
        let key = try SealingKey.load(credentialsDirectory: nil, statePath: folder.path)
        for path in [folder.path(name), folder.path("link.sqlite")] {
            let location = StoreLocation(connection: "sqlite:///\(path)", statePath: "/")
            let error = await #expect(throws: StoreOpenError.self) {
                try await SQLiteStore.open(location, sealingKey: key, newOwnerID: "owner")
            }
            #expect(error?.code == .inUse)
            #expect(error?.message.contains("already in use by another karbor-protection (pid \(getpid()))") == true)
        }
        // The first one is none the worse for it.
        try await store.insert(Samples.plan(), quota: -1)
        await store.close()
        await (try folder.openStore()).close()
    }

    @Test func `a file that is no database is refused and left as it was`() async throws {
        for bytes in [Array("not a database".utf8), Array(repeating: 0, count: 5000), Array("SQLite format 3\0".utf8)] {
            let folder = TemporaryFolder()
            try folder.write(bytes, to: name)
            let error = await refusal(folder)
            #expect(error?.code == .foreignFile)
            #expect(try folder.bytes(of: name) == bytes)
        }
    }

    @Test(arguments: ["DELETE", "WAL"])
    func `another application's database is refused and left as it was`(_ journal: String) async throws {
        let folder = TemporaryFolder()
        let other = try DatabaseQueue(path: folder.path(name))
        try other.inDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = \(journal)")
            try database.execute(
                sql: "PRAGMA application_id = 42; CREATE TABLE plans (id TEXT); INSERT INTO plans VALUES (1)")
        }
        try other.close()
        let bytes = try folder.bytes(of: name)
        let error = await refusal(folder)
        #expect(error?.code == .foreignFile)
        #expect(error?.message.contains("another application") == true)
        #expect(try folder.bytes(of: name) == bytes)
        #expect(try folder.names == [name, name + ".lock"])
    }

    @Test(arguments: [true, false])
    func `a newer version's store is refused and left as it was, also where only its WAL knows`(
        _ inWALOnly: Bool
    ) async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        if !inWALOnly { await store.close() }
        let newer = try DatabaseQueue(path: folder.path(name))
        try await newer.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('2 something newer')") }
        // The last connection that is closed takes the WAL back into the file.
        if !inWALOnly { try newer.close() }
        let copy = TemporaryFolder()
        for file in try folder.names where !file.hasSuffix(".lock") {
            try copy.write(folder.bytes(of: file), to: file)
        }
        #expect(try copy.names.contains(name + "-wal") == inWALOnly)
        if inWALOnly {
            try newer.close()
            await store.close()
        }

        let bytes = try copy.bytes(of: name)
        let error = await refusal(copy)
        #expect(error?.code == .newerSchema)
        #expect(try copy.bytes(of: name) == bytes)
    }

    @Test func `a store of the first version is opened with all that it holds`() async throws {
        let folder = TemporaryFolder()
        let older = try DatabaseQueue(path: folder.path(name))
        try Schema.migrator.migrate(older, upTo: "1 first")
        let operation = Samples.operation(checkpoint: "c1")
        var step = Samples.step(operation)
        step.result = [1, 2]
        try await older.write { [step] database in
            try database.run(
                """
                INSERT INTO operations (id, kind, state, project_id, user_id, request_id, provider_id, checkpoint_id,
                    plan_id, parameters, extra_info, submitted_at, deadline, acceptable_until)
                VALUES (?, 'protect', 'queued', ?, ?, ?, ?, 'c1', 'plan', ?, ?, ?, ?, ?)
                """,
                [
                    operation.id, operation.projectID, operation.userID, operation.requestID, operation.providerID,
                    operation.parameters.json.encoded, operation.extraInfo.encoded, operation.submittedAt.stored,
                    operation.deadline.stored, operation.acceptableUntil.stored,
                ])
            try Samples.admission(operation).log.insert(database)
            try database.run(
                """
                INSERT INTO steps (operation_id, path, marker, begun_at, settles_at, result)
                VALUES (?, ?, 'v1', ?, ?, x'0102')
                """, [operation.id, step.path, step.begunAt.stored, step.settlesAt.stored])
            try database.run(
                """
                INSERT INTO checkpoint_records (id, project_id, status, status_before_deletion)
                VALUES ('c1', 'p1', 'deleting', 'available')
                """)
        }
        try older.close()

        let store = try await folder.openStore()
        #expect(try await store.unfinished() == UnfinishedOperations(operations: [operation]))
        #expect(try await store.steps(of: operation.id) == [step])
        #expect(try await store.usage(of: "p1")[.checkpoints] == 1)
        try await store.begin(Samples.step(operation, "another"))
        try await store.conclude(Samples.conclusion(of: operation, "error"))
        await store.close()
        let again = try await folder.openStore()
        #expect(try await again.operationLog(operation.id).status == "error")
        await again.close()
    }

    @Test func `a damaged store is told from a foreign one`() async throws {
        let folder = TemporaryFolder()
        await (try folder.openStore()).close()
        var bytes = try folder.bytes(of: name)
        for index in 100..<bytes.count { bytes[index] = 0xFF }
        try folder.write(bytes, to: name)
        let error = await refusal(folder)
        #expect(error?.code == .corrupted)
        #expect(try folder.bytes(of: name) == bytes)
    }

    @Test func `an empty file, and what a start that was killed left behind, are no obstacle`() async throws {
        let folder = TemporaryFolder()
        try folder.write([], to: name)
        try folder.write(Array("half made".utf8), to: name + ".new")
        try folder.write(Array("half made".utf8), to: name + ".new-journal")
        try folder.write(Array("999999\n".utf8), to: name + ".lock")
        let store = try await folder.openStore()
        try await store.insert(Samples.plan(), quota: -1)
        await store.close()
        #expect(try folder.names == [name, name + ".lock"])
        #expect(try folder.mode(of: name) == 0o600)
    }

    @Test func `a folder that does not exist, or where a folder stands, is told`() async throws {
        let key = try SealingKey(.init(Array(repeating: 1, count: 32)), origin: "the test")
        let missing = await #expect(throws: StoreOpenError.self) {
            try await SQLiteStore.open(
                StoreLocation(connection: nil, statePath: "/nonexistent"), sealingKey: key, newOwnerID: "owner")
        }
        #expect(missing?.code == .unavailable)
        #expect(missing?.message.contains("No such file or directory") == true)
        let folder = TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: false)
        let standing = await refusal(folder)
        #expect(standing?.code == .foreignFile)
    }

    @Test func `after close calls are refused, and closing again is harmless`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        await store.close()
        await store.close()
        await expectStoreError(.unavailable) { try await store.plan("x") }
        await expectStoreError(.unavailable) { try await store.insert(Samples.plan(), quota: -1) }
    }

    @Test func `close carries out what was called before it`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        let plans = (0..<50).map { Samples.plan(id: "\($0)") }
        let writer = Hold(store)
        await withTaskGroup(of: Void.self) { group in
            for plan in plans { group.addTask { try? await store.insert(plan, quota: -1) } }
            await writer.waitForCalls(50)
            group.addTask { await store.close() }
            writer.release()
        }
        let again = try await folder.openStore()
        #expect(try await again.plans(ListQuery(projectID: nil, limit: 100)).count == 50)
        await again.close()
    }

    @Test func `a store with rows opens at once`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        for _ in 0..<20 { try await store.admit(Samples.admission()) }
        await store.close()
        // The best of a few, as the machine has other things to do; undisturbed it is two to three milliseconds.
        var fastest = Duration.seconds(10)
        for _ in 0..<20 where fastest >= .milliseconds(10) {
            let start = ContinuousClock.now
            let opened = try await folder.openStore()
            fastest = min(fastest, .now - start)
            await opened.close()
        }
        #expect(fastest < .milliseconds(50), "\(fastest)")
    }
}
