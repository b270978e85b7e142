import Glibc
import Loop
import Protection
import TestSupport
import Testing

@testable import Banks

/// Every call to the system fails once, and the process stops before each of them once.
@Suite(.timeLimit(.minutes(1))) struct FileSystemBankFaultTests {
    enum Change: CaseIterable, CustomTestStringConvertible {
        case firstPut, putInNewFolder, replace, deleteOne, deleteLast

        var testDescription: String { "\(self)" }
    }

    /// Longer than what one write(2) takes, so that one can stop between two of them.
    private static let large = [UInt8](repeating: 9, count: (1 << 20) + 5)
    private static let old = ["/a/b/one": [UInt8]("old".utf8), "/a/b/two": [2], "/c/d/alone": [3]]

    /// The objects before and after the change.
    private func objects(of change: Change) -> (before: [String: [UInt8]], after: [String: [UInt8]]) {
        let before = change == .firstPut ? [:] : Self.old
        var after = before
        switch change {
        case .firstPut, .putInNewFolder: after["/a/new/folder/object"] = Self.large
        case .replace: after["/a/b/one"] = Self.large
        case .deleteOne: after["/a/b/one"] = nil
        case .deleteLast: after["/c/d/alone"] = nil
        }
        return (before, after)
    }

    private func make(_ change: Change, in bank: some Bank) async throws {
        switch change {
        case .firstPut, .putInNewFolder:
            try await bank.put(Self.large, format: .raw, at: BankKey("/a/new/folder/object"))
        case .replace: try await bank.put(Self.large, format: .raw, at: BankKey("/a/b/one"))
        case .deleteOne: try await bank.delete(BankKey("/a/b/one"))
        case .deleteLast: try await bank.delete(BankKey("/c/d/alone"))
        }
    }

    /// All objects, as a daemon that was started anew finds them.
    private func contents(_ path: String) async throws -> [String: [UInt8]] {
        let bank = try FileSystemBank(path: path, time: ManualTime())
        var result: [String: [UInt8]] = [:]
        for prefix in ["/a", "/c"] {
            for key in try await bank.list(prefix: BankKey(prefix), order: .ascending, after: nil, limit: nil) {
                result[key.path] = try await bank.get(key)
            }
        }
        return result
    }

    private func fill(_ path: String, _ objects: [String: [UInt8]]) async throws {
        let bank = try FileSystemBank(path: path, time: ManualTime())
        for (key, bytes) in objects { try await bank.put(bytes, format: .raw, at: BankKey(key)) }
    }

    @Test(arguments: Change.allCases)
    func `whenever the process stops, readers see the old or the new, and the call can be repeated`(
        change: Change
    ) async throws {
        let (before, after) = objects(of: change)
        for stop in 1...1000 {
            let folder = TemporaryFolder(inMemory: true)
            let path = folder.path("bank")
            try await fill(path, before)
            let plan = FaultPlan(.stop(before: stop))
            let outcome = await Result {
                try await make(change, in: FileSystemBank(path: path, time: ManualTime(), faults: plan.faults))
            }

            let seen = try await contents(path)
            if case .success = outcome {
                #expect(seen == after, "before call \(stop): said to be done")
            } else {
                #expect(seen == before || seen == after, "before call \(stop): half done")
            }
            try await make(change, in: FileSystemBank(path: path, time: ManualTime()))
            #expect(try await contents(path) == after, "repeated after a stop before call \(stop)")
            if plan.hits.isEmpty {
                #expect(stop > 5, "no call was ever made to fail")
                return
            }
        }
        Issue.record("the change makes no end of calls")
    }

    @Test(arguments: Change.allCases, [EIO, ENOSPC, EACCES])
    func `whichever call fails, the error is typed, nothing is half done, and no temporary file stays`(
        change: Change, code: Int32
    ) async throws {
        let (before, after) = objects(of: change)
        for call in 1...1000 {
            let folder = TemporaryFolder(inMemory: true)
            let path = folder.path("bank")
            try await fill(path, before)
            let plan = FaultPlan(.fail(call: call, code: code))
            let bank = try FileSystemBank(path: path, time: ManualTime(), faults: plan.faults)
            do {
                try await make(change, in: bank)
                #expect(try await contents(path) == after)
            } catch let error as BankError {
                let seen = try await contents(path)
                #expect(seen == before || seen == after, "call \(call) failed: half done")
                #expect(try isRight(error, for: code, plan), "\(error.code) for \(code) of \(plan.hits)")
            }
            #expect(try leftovers(path) == [], "call \(call), \(plan.hits), left a temporary file")
            // The same bank goes on.
            plan.disarm()
            try await make(change, in: bank)
            #expect(try await contents(path) == after)
            if plan.hits.isEmpty { return }
        }
        Issue.record("the change makes no end of calls")
    }

    private func isRight(_ error: BankError, for code: Int32, _ plan: FaultPlan) throws -> Bool {
        let call = try #require(plan.hits.first)
        let isOfTheRoot = call == .openRoot || call == .makeRoot
        switch code {
        case ENOSPC: return error.code == .full || isOfTheRoot
        case EACCES: return error.code == .readOnly || error.code == .unavailable
        default: return error.code == .unavailable
        }
    }

    private func leftovers(_ path: String) throws -> [String] {
        guard access(path + "/karbor/.tmp", F_OK) == 0 else { return [] }
        return try Descriptor.root(path + "/karbor/.tmp", faults: nil).entries().map(\.name)
    }

    @Test func `an object is on the disk before its name is, and every new folder's name before put returns`()
        async throws
    {
        let folder = TemporaryFolder()
        let plan = FaultPlan()
        let bank = try FileSystemBank(path: folder.path("x/bank"), time: ManualTime(), faults: plan.faults)

        try await bank.put(text: "1", at: BankKey("/a/b"))
        #expect(
            plan.changes == [
                "makeRoot x", "sync", "makeRoot bank", "sync", "makeFolder karbor", "sync", "makeFolder .tmp",
                "createFile", "write", "sync", "makeFolder a", "sync", "rename b", "sync",
            ])
    }

    @Test func `a put into a known folder syncs the object and the folder alone`() async throws {
        let folder = TemporaryFolder()
        let plan = FaultPlan()
        let bank = try FileSystemBank(path: folder.path, time: ManualTime(), faults: plan.faults)
        try await bank.put(text: "1", at: BankKey("/a/b"))
        let earlier = plan.changes.count

        try await bank.put(text: "2", at: BankKey("/a/c"))
        #expect(plan.changes.dropFirst(earlier) == ["createFile", "write", "sync", "rename c", "sync"])
    }

    @Test func `a folder that another process made is synced before put relies on it`() async throws {
        let folder = TemporaryFolder()
        try await FileSystemBank(path: folder.path, time: ManualTime()).put(text: "1", at: BankKey("/a/b"))
        let plan = FaultPlan()
        let bank = try FileSystemBank(path: folder.path, time: ManualTime(), faults: plan.faults)

        try await bank.put(text: "2", at: BankKey("/a/c"))
        #expect(plan.changes == ["sync", "createFile", "write", "sync", "sync", "rename c", "sync"])
    }

    @Test func `a folder that another process removed or made again is no longer relied on`() async throws {
        let folder = TemporaryFolder()
        let plan = FaultPlan()
        let bank = try FileSystemBank(path: folder.path, time: ManualTime(), faults: plan.faults)
        try await bank.put(text: "1", at: BankKey("/a/b"))
        #expect(unlink(folder.path("karbor/a/b")) == 0 && rmdir(folder.path("karbor/a")) == 0)
        var earlier = plan.changes.count
        try await bank.put(text: "2", at: BankKey("/a/b"))
        #expect(plan.changes.dropFirst(earlier).contains("makeFolder a"))
        #expect(plan.changes.dropFirst(earlier).suffix(3) == ["sync", "rename b", "sync"])

        try await bank.delete(BankKey("/a/b"))
        #expect(mkdir(folder.path("karbor/a"), 0o750) == 0)
        earlier = plan.changes.count
        try await bank.put(text: "3", at: BankKey("/a/b"))
        #expect(
            plan.changes.dropFirst(earlier) == ["createFile", "write", "sync", "sync", "rename b", "sync"],
            "the folder's own name is synced before the object gets one in it")
    }

    @Test func `a delete is on the disk when it returns, also when there was nothing to delete`() async throws {
        let folder = TemporaryFolder()
        let plan = FaultPlan()
        let bank = try FileSystemBank(path: folder.path, time: ManualTime(), faults: plan.faults)
        try await bank.put(text: "1", at: BankKey("/a/b/c"))
        try await bank.put(text: "1", at: BankKey("/a/d"))
        var earlier = plan.changes.count

        try await bank.delete(BankKey("/a/b/c"))
        #expect(plan.changes.dropFirst(earlier) == ["removeFile c", "removeFolder b", "removeFolder a", "sync"])
        earlier = plan.changes.count
        try await bank.delete(BankKey("/a/b/c"))
        #expect(plan.changes.dropFirst(earlier) == ["removeFolder a", "sync"])
    }

    @Test(arguments: [(3, true), (1000, false)])
    func `a put makes its folders again that somebody else removes just before the rename, but not for ever`(
        removals: Int, isDone: Bool
    ) async throws {
        let folder = TemporaryFolder()
        let left = Locked(removals)
        let parent = folder.path("karbor/a/b")
        let bank = try FileSystemBank(path: folder.path, time: ManualTime()) { call, _ in
            if call == .rename {
                left.withLock { if $0 > 0, rmdir(parent) == 0 { $0 -= 1 } }
            }
            return nil
        }

        if isDone {
            try await bank.put(text: "1", at: BankKey("/a/b/c"))
            #expect(try await bank.text(at: BankKey("/a/b/c")) == "1")
        } else {
            let error = await #expect(throws: BankError.self) { try await bank.put(text: "1", at: BankKey("/a/b/c")) }
            #expect(error?.code == .unavailable)
            #expect(try leftovers(folder.path) == [])
        }
        #expect(left.withLock { $0 } == (isDone ? 0 : 1000 - 16))
    }
}
