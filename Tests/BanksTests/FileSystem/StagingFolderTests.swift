import FoundationEssentials
import Glibc
import Protection
import TestSupport
import Testing

@testable import Banks

/// What becomes of the temporary files of a process that was killed.
@Suite(.timeLimit(.minutes(1))) struct StagingFolderTests {
    private let folder = TemporaryFolder()
    private let time = ManualTime(date: Date(timeIntervalSince1970: 2_000_000_000))

    /// A file that somebody left in the bank's temporary folder so many seconds ago.
    private func leave(_ name: String, secondsAgo: Int) throws {
        let path = try folder.write("half", to: "karbor/.tmp/\(name)")
        var times = [
            timespec(tv_sec: 2_000_000_000 - secondsAgo, tv_nsec: 0),
            timespec(tv_sec: 2_000_000_000 - secondsAgo, tv_nsec: 0),
        ]
        #expect(utimensat(AT_FDCWD, path, &times, 0) == 0)
    }

    private var left: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path("karbor/.tmp")).sorted() }
    }

    @Test func `the first write removes what a killed process left, and nothing of a living one`() async throws {
        try leave("stale", secondsAgo: 61)
        try leave("fresh", secondsAgo: 30)
        try leave("written", secondsAgo: 7200)
        let writer = open(folder.path("karbor/.tmp/written"), O_WRONLY)
        defer { close(writer) }
        #expect(flock(writer, LOCK_EX) == 0)

        let bank = try FileSystemBank(path: folder.path, time: time)
        _ = try await bank.list(under: "/a")
        #expect(try left == ["fresh", "stale", "written"])
        try await bank.put(text: "x", at: BankKey("/a/b"))
        #expect(try left == ["fresh", "written"])
    }

    @Test func `without locks a file is stale after a day`() async throws {
        try leave("hours", secondsAgo: 80_000)
        try leave("days", secondsAgo: 90_000)
        let bank = try FileSystemBank(path: folder.path, time: time) { call, _ in call == .lock ? ENOLCK : nil }
        try await bank.put(text: "x", at: BankKey("/a/b"))
        #expect(try left == ["hours"])
    }

    @Test func `a file that is being written is locked`() async throws {
        let staged = folder.path("karbor/.tmp")
        let bank = try FileSystemBank(path: folder.path, time: time) { call, _ in
            guard call == .rename, let name = try? FileManager.default.contentsOfDirectory(atPath: staged).first else {
                return nil
            }
            let other = open("\(staged)/\(name)", O_WRONLY)
            defer { close(other) }
            return flock(other, LOCK_EX | LOCK_NB) == 0 ? EIO : nil
        }
        try await bank.put(text: "x", at: BankKey("/a/b"))
        #expect(try left == [])
    }
}
