import FoundationEssentials
import Protection
import TestSupport
import Testing

@testable import Store

/// A copy of the files of an open store is what is on the disk when the process is killed.
@Suite(.timeLimit(.minutes(5))) struct CrashTests {
    private let name = TemporaryFolder.storeName

    /// What is there after `kill -9`. Without `-shm`, as after a power cut: SQLite makes it anew.
    private func copy(_ folder: TemporaryFolder, withSharedMemory: Bool) throws -> TemporaryFolder {
        let copy = TemporaryFolder()
        for file in [name, name + "-wal"] + (withSharedMemory ? [name + "-shm"] : []) {
            try copy.write(folder.bytes(of: file), to: file)
        }
        return copy
    }

    @Test(arguments: [true, false]) func `all that returned is there after a kill`(_ withSharedMemory: Bool)
        async throws
    {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        let plan = Samples.plan()
        try await store.insert(plan, quota: -1)
        let running = Samples.operation(.protect)
        let queued = Samples.operation(.restore)
        let ended = Samples.operation(.verify)
        for operation in [running, queued, ended] {
            try await store.admit(Samples.admission(operation, token: "token of \(operation.id)"))
        }
        try await store.begin(running.id, status: "protecting", at: Samples.date(1))
        for index in 0..<100 { try await store.begin(Samples.step(running, "\(index)")) }
        for index in 0..<50 { try await store.finish(operationID: running.id, path: "\(index)", result: [1]) }
        try await store.conclude(Samples.conclusion(of: ended, "success"))
        try await store.beat(binary: "karbor-protection", host: "h", at: Samples.date(0))

        let copied = try copy(folder, withSharedMemory: withSharedMemory)
        let again = try await copied.openStore()
        #expect(try await again.plan(plan.id) == plan)
        #expect(Set(try await again.unfinished().operations.map(\.id)) == [running.id, queued.id])
        #expect(try await again.queued(running.id)?.state == .running)
        let steps = try await again.steps(of: running.id)
        #expect(steps.count == 100)
        #expect(steps.filter { $0.result == [1] }.count == 50)
        #expect(try await again.context(of: queued.id) == store.context(of: queued.id))
        #expect(try await again.operationLog(ended.id).status == "success")
        #expect(try await again.services().count == 1)
        #expect(try await again.ownerID() == store.ownerID())
        await again.close()
        await store.close()
    }

    /// The writer goes on while the files are copied, so the copy may be of any instant; what had returned before it
    /// must be there, and nothing may be half there.
    @Test func `a kill between any two writes leaves whole writes`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        let operations = (0..<40).map { _ in Samples.operation(.restore) }
        for count in 1...operations.count {
            try await store.admit(Samples.admission(operations[count - 1]))
            if count % 2 == 0 {
                try await store.conclude(Samples.conclusion(of: operations[count - 1], "success"))
            }
            guard count % 8 == 0 else { continue }
            let copied = try copy(folder, withSharedMemory: false)
            let again = try await copied.openStore()
            for (index, operation) in operations.enumerated() {
                guard index < count else {
                    #expect(try await again.queued(operation.id) == nil)
                    continue
                }
                let isEnded = index % 2 == 1
                #expect(try await again.queued(operation.id)?.state == (isEnded ? nil : .queued))
                #expect(
                    try await again.restore(#require(operation.restoreID)).status == (isEnded ? .success : .inProgress))
            }
            await again.close()
        }
        await store.close()
    }

    @Test func `a WAL that ends in the middle of a write loses that write and no other`() async throws {
        for cut in [1, 100, 4096] {
            let folder = TemporaryFolder()
            let store = try await folder.openStore()
            for index in 0..<10 { try await store.insert(Samples.plan(id: "\(index)"), quota: -1) }
            let copied = try copy(folder, withSharedMemory: false)
            let bytes = try copied.bytes(of: name + "-wal")
            try copied.write(Array(bytes.dropLast(cut)), to: name + "-wal")
            let again = try await copied.openStore()
            let plans = try await again.plans(ListQuery(projectID: nil, limit: 100))
            #expect(Set(plans.map(\.id)) == Set((0..<9).map { "\($0)" }), "cut \(cut)")
            await again.close()
            await store.close()
        }
    }
}
