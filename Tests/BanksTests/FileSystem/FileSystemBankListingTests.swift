import Glibc
import Protection
import TestSupport
import Testing

@testable import Banks

/// That a listing reads no more folders than it must, and stumbles over nothing that lies in one.
@Suite(.timeLimit(.minutes(1))) struct FileSystemBankListingTests {
    private let folder = TemporaryFolder(inMemory: true)

    /// Thirty days with four projects, each with five objects.
    private func makeDays() throws {
        for day in 10..<40 {
            for project in 0..<4 {
                let path = "\(folder.path)/karbor/i/day-\(day)/p\(project)"
                for length in path.indices where path[length] == "/" && length > path.startIndex {
                    mkdir(String(path[..<length]), 0o755)
                }
                mkdir(path, 0o755)
                for object in 0..<5 { close(creat("\(path)/\(object)", 0o644)) }
            }
        }
    }

    private func listed(
        _ order: BankOrder, after marker: String? = nil, limit: Int?
    ) async throws -> (keys: [String], foldersRead: Int) {
        let plan = FaultPlan()
        let bank = try FileSystemBank(path: folder.path, time: ManualTime(), faults: plan.faults)
        let keys = try await bank.list(under: "/i", order, after: marker, limit: limit)
        return (keys, plan.calls.count { $0 == .entries })
    }

    @Test func `a listing reads only the folders that its limit needs`() async throws {
        try makeDays()
        let up = try await listed(.ascending, limit: 6)
        #expect(up.keys.last == "/i/day-10/p1/0")
        #expect(up.foldersRead == 4)  // the top, the day, two projects
        let down = try await listed(.descending, limit: 6)
        #expect(down.keys.last == "/i/day-39/p2/4")
        #expect(down.foldersRead == 4)
        let all = try await listed(.ascending, limit: nil)
        #expect(all.keys.count == 600)
        #expect(all.foldersRead == 1 + 30 + 120)
    }

    @Test func `a listing after a marker reads no folder before it`() async throws {
        try makeDays()
        let up = try await listed(.ascending, after: "/i/day-25/p2/4", limit: 2)
        #expect(up.keys == ["/i/day-25/p3/0", "/i/day-25/p3/1"])
        #expect(up.foldersRead == 4)
        let down = try await listed(.descending, after: "/i/day-25/p2/0", limit: 2)
        #expect(down.keys == ["/i/day-25/p1/4", "/i/day-25/p1/3"])
        #expect(down.foldersRead == 4)
        let end = try await listed(.ascending, after: "/i/day-39/p3/4", limit: 2)
        #expect(end.keys == [])
        #expect(end.foldersRead == 3)
    }

    @Test func `names that are part of no key are passed over, and do not count`() async throws {
        let bank = try FileSystemBank(path: folder.path, time: ManualTime())
        try await bank.put(text: "x", at: BankKey("/i/m"))
        for name in ["a b", "ä", "lost+found", "#x"] { close(creat("\(folder.path)/karbor/i/\(name)", 0o644)) }
        var notText: [CChar] = "\(folder.path)/karbor/i/".utf8CString.dropLast() + [-1, -2, 0]
        close(creat(&notText, 0o644))
        mkdir("\(folder.path)/karbor/i/a folder", 0o755)
        close(creat("\(folder.path)/karbor/i/a folder/x", 0o644))
        let long = String(repeating: "l", count: 250)
        var path = "\(folder.path)/karbor/i"
        for _ in 0..<4 {
            path += "/" + long
            mkdir(path, 0o755)
        }
        close(creat("\(path)/beyond-the-longest-key", 0o644))

        #expect(try await bank.list(under: "/i", limit: 1) == ["/i/m"])
        #expect(try await bank.list(under: "/i") == ["/i/m"])
    }

    @Test func `a folder that goes away meanwhile is passed over, one that cannot be read is an error`() async throws {
        try makeDays()
        for (code, isPassedOver) in [(ENOENT, true), (EACCES, false), (EIO, false)] {
            let bank = try FileSystemBank(path: folder.path, time: ManualTime()) { call, name in
                call == .openFolder && name == "day-20" ? code : nil
            }
            if isPassedOver {
                #expect(try await bank.list(under: "/i").count == 580)
            } else {
                let error = await #expect(throws: BankError.self) { try await bank.list(under: "/i") }
                #expect(error?.code == .unavailable)
            }
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `a listing is what sorting all keys gives`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let names = ["a", "a-", "a.b", "a@", "b", "B", "_", "9", "a0"]
        var keys: Set<String> = []
        let bank = try FileSystemBank(path: folder.path, time: ManualTime())
        for _ in 0..<30 {
            let path =
                "/i/"
                + (0...Int.random(in: 0...3, using: &random)).map { _ in names.randomElement(using: &random)! }.joined(
                    separator: "/")
            // One name cannot be both an object and a folder.
            guard !keys.contains(where: { $0.hasPrefix(path + "/") || path.hasPrefix($0 + "/") }) else { continue }
            keys.insert(path)
            try await bank.put(text: "", at: BankKey(path))
        }
        let sorted = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for _ in 0..<20 {
            let marker =
                "/i/"
                + (0...Int.random(in: 0...2, using: &random)).map { _ in names.randomElement(using: &random)! }.joined(
                    separator: "/")
            let limit = Int.random(in: 0...8, using: &random)
            let up = sorted.filter { marker.utf8.lexicographicallyPrecedes($0.utf8) }.prefix(limit)
            let down = sorted.reversed().filter { $0.utf8.lexicographicallyPrecedes(marker.utf8) }.prefix(limit)
            #expect(try await bank.list(under: "/i", after: marker, limit: limit) == Array(up), "seed \(seed)")
            #expect(
                try await bank.list(under: "/i", .descending, after: marker, limit: limit) == Array(down),
                "seed \(seed)")
        }
    }
}
