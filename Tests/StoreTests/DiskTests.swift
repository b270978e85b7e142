import Foundation
import GRDB
import Glibc
import Protection
import TestSupport
import Testing

@testable import Store

@Suite(.timeLimit(.minutes(5))) struct DiskTests {
    @Test func `a full store refuses what does not fit, keeps what was there, and goes on when there is room`()
        async throws
    {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        let operation = Samples.operation()
        try await store.admit(Samples.admission(operation))
        try await setPageLimit(of: store, 150)
        try await checkFullness(store, operation) { try await setPageLimit(of: store, 100_000) }
        await store.close()
        await (try folder.openStore()).close()
    }

    @Test(.enabled(if: geteuid() == 0, "mounts a file system"))
    func `the same on a disk that is really full`() async throws {
        let folder = TemporaryFolder()
        let disk = TemporaryFolder.Mounted(folder, size: "700k")
        guard disk.isMounted else { return }
        let store = try await folder.openStore()
        let operation = Samples.operation()
        try await store.admit(Samples.admission(operation))
        try await checkFullness(store, operation) { disk.resize(to: "20m") }
        await store.close()
        let again = try await folder.openStore()
        #expect(try await again.queued(operation.id) == operation)
        await again.close()
    }

    private func setPageLimit(of store: SQLiteStore, _ count: Int) async throws {
        try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(count)") }
    }

    /// Fills the store with steps, then has a batch in which one write is too large and the others are not.
    private func checkFullness(
        _ store: SQLiteStore, _ operation: Protection.Operation, makeRoom: () async throws -> Void
    ) async throws {
        var written = 0
        let large = [UInt8](repeating: 7, count: 60_000)
        let full = await expectStoreError(.full) {
            while written < 1000 {
                var step = Samples.step(operation, "\(written)")
                step.result = large
                try await store.begin(step)
                written += 1
            }
        }
        #expect(full?.disposition == .transient)
        #expect(written > 0 && written < 1000)
        #expect(try await store.steps(of: operation.id).count == written)

        let hold = Hold(store)
        let results = await withTaskGroup(of: (Int, Bool).self) { group in
            for index in 0..<10 {
                group.addTask {
                    do {
                        var step = Samples.step(operation, "batch \(index)")
                        if index == 4 { step.result = large + large }
                        try await store.begin(step)
                        return (index, true)
                    } catch {
                        return (index, false)
                    }
                }
            }
            await hold.waitForCalls(10)
            hold.release()
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(results[4] == false)
        let steps = Set(try await store.steps(of: operation.id).map(\.path))
        for (index, isWritten) in results { #expect(steps.contains("batch \(index)") == isWritten) }

        try await makeRoom()
        var step = Samples.step(operation, "after")
        step.result = large
        try await store.begin(step)
        try await store.conclude(Samples.conclusion(of: operation, "error"))
        #expect(try await store.unfinished() == UnfinishedOperations())
        // Undone, for the caller that opens it again.
        try await store.write { try $0.run("UPDATE operations SET state = 'queued'") }
    }

    @Test func `a store that cannot be written says so, is read on, and goes on later`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        let plan = Samples.plan()
        try await store.insert(plan, quota: -1)
        #expect(store.isWritable)
        try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = 1") }
        let error = await expectStoreError(.unavailable) { try await store.insert(Samples.plan(), quota: -1) }
        #expect(error?.message.contains("cannot be written") == true)
        #expect(error?.disposition == .transient)
        #expect(try await store.plan(plan.id) == plan)
        #expect(!store.isWritable)
        try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = 0") }
        try await store.insert(Samples.plan(), quota: -1)
        #expect(store.isWritable)
        await expectStoreError(.quotaExceeded) { try await store.insert(Samples.plan(), quota: 0) }
        #expect(store.isWritable, "a refusal is no failure")
        await store.close()
    }

    @Test func `a store in a place that may only be read is not opened`() async throws {
        let folder = TemporaryFolder()
        let disk = TemporaryFolder.Mounted(folder, size: "5m")
        await (try folder.openStore()).close()
        if disk.isMounted {
            disk.makeReadOnly()
        } else {
            chmod(folder.path(TemporaryFolder.storeName), 0o400)
            chmod(folder.path(TemporaryFolder.storeName + ".lock"), 0o400)
            chmod(folder.path, 0o500)
        }
        defer { chmod(folder.path, 0o700) }
        guard access(folder.path, W_OK) != 0 else { return }
        let error = await #expect(throws: StoreOpenError.self) { try await folder.openStore() }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains(folder.path) == true)
    }

    @Test func `another process that holds the file makes it unavailable, not broken`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA busy_timeout = 1") }
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: folder.path(TemporaryFolder.storeName), configuration: configuration)
        try await other.writeWithoutTransaction { try $0.beginTransaction(.immediate) }
        let error = await expectStoreError(.unavailable) { try await store.insert(Samples.plan(), quota: -1) }
        try await other.writeWithoutTransaction { try $0.rollback() }
        #expect(error?.message.contains("another process") == true)
        try await store.insert(Samples.plan(), quota: -1)
        try other.close()
        await store.close()
    }
}
