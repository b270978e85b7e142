import FoundationEssentials
import Glibc
import Protection
import TestSupport
import Testing

@testable import Banks

/// Where the bank's files may be, and where never.
@Suite(.timeLimit(.minutes(1))) struct FileSystemBankPathTests {
    private let folder = TemporaryFolder()

    private func bank(_ name: String = "bank") throws -> FileSystemBank {
        try FileSystemBank(path: folder.path(name), time: ManualTime())
    }

    private func code(_ body: () async throws -> Void) async -> BankError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? BankError)?.code
        }
    }

    @Test(arguments: [
        "", "/", "a", "//", "/a/", "/..", "/../x", "/a/..", "/a/../b", "/a//../b", "/./a", "/a/.", "../../etc/passwd",
        "/a\0b", "/a b", "/a\nb", "/ä", "/a\\..\\b", "/%2e%2e/x", "/a\u{2215}..", "/a:b", "/~/x",
        "/" + String(repeating: "x", count: 256),
        String(repeating: "/abc", count: 257),
    ])
    func `what would lead out of a bank is no key`(text: String) {
        #expect(throws: BankError.self) { try BankKey(text) }
    }

    @Test func `the bank's own temporary folder is no place for objects`() async throws {
        let bank = try bank()
        for path in ["/.tmp/x", "/.tmp"] {
            let key = try BankKey(path)
            #expect(await code { try await bank.put(text: "", at: key) } == .invalidKey)
            #expect(await code { _ = try await bank.get(key) } == .invalidKey)
            #expect(await code { try await bank.delete(key) } == .invalidKey)
            #expect(await code { _ = try await bank.list(under: path) } == .invalidKey)
        }
        try await bank.put(text: "deeper is free", at: BankKey("/a/.tmp/x"))
        #expect(try await bank.list(under: "/a") == ["/a/.tmp/x"])
    }

    @Test func `a bank that is unmounted is not an empty one, and is not made anew`() async throws {
        let bank = try bank()
        let key = try BankKey("/a/b")
        #expect(await code { _ = try await bank.get(key) } == .notFound, "before the first write it is empty")
        try await bank.put(text: "x", at: key)

        for (there, away) in [("bank/karbor", "bank/moved"), ("bank", "moved")] {
            #expect(rename(folder.path(there), folder.path(away)) == 0)
            #expect(await code { _ = try await bank.get(key) } == .unavailable)
            #expect(await code { try await bank.put(text: "y", at: key) } == .unavailable)
            #expect(await code { try await bank.delete(key) } == .unavailable)
            #expect(await code { _ = try await bank.list(under: "/a") } == .unavailable)
            #expect(access(folder.path(there), F_OK) != 0)
            #expect(rename(folder.path(away), folder.path(there)) == 0)
            #expect(try await bank.get(key) == Array("x".utf8))
        }
    }

    @Test func `a linked folder leads nowhere, and is not listed`() async throws {
        try folder.write("secret", to: "outside/object")
        let bank = try bank()
        try await bank.put(text: "x", at: BankKey("/a/inside/object"))
        #expect(symlink(folder.path("outside"), folder.path("bank/karbor/a/linked")) == 0)

        let key = try BankKey("/a/linked/object")
        #expect(await code { _ = try await bank.get(key) } == .invalidKey)
        #expect(await code { try await bank.put(text: "changed", at: key) } == .invalidKey)
        #expect(await code { try await bank.delete(key) } == .invalidKey)
        #expect(await code { _ = try await bank.list(under: "/a/linked") } == .invalidKey)
        #expect(try await bank.list(under: "/a") == ["/a/inside/object"])
        #expect(folder.read("outside/object") == "secret")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("outside")) == ["object"])
    }

    @Test func `a linked file is not read, and what it points to is neither written nor deleted`() async throws {
        try folder.write("secret", to: "outside")
        let bank = try bank()
        let link = folder.path("bank/karbor/a/object")
        let key = try BankKey("/a/object")
        try await bank.put(text: "x", at: BankKey("/a/other"))

        #expect(symlink(folder.path("outside"), link) == 0)
        #expect(await code { _ = try await bank.get(key) } == .invalidKey)
        #expect(try await bank.list(under: "/a") == ["/a/other"])
        try await bank.put(text: "own", at: key)
        #expect(try await bank.text(at: key) == "own")
        #expect(folder.read("outside") == "secret")

        #expect(unlink(link) == 0 && symlink(folder.path("outside"), link) == 0)
        try await bank.delete(key)
        #expect(access(link, F_OK) != 0)
        #expect(folder.read("outside") == "secret")
    }

    @Test func `a linked container is refused, a linked bank is the operator's choice`() async throws {
        #expect(mkdir(folder.path("elsewhere"), 0o755) == 0 && mkdir(folder.path("bank"), 0o755) == 0)
        #expect(symlink(folder.path("elsewhere"), folder.path("bank/karbor")) == 0)
        let key = try BankKey("/a")
        let refusing = try bank()
        #expect(await code { try await refusing.put(text: "x", at: key) } == .invalidKey)

        #expect(symlink(folder.path("elsewhere"), folder.path("link")) == 0)
        let linked = try bank("link")
        try await linked.put(text: "x", at: key)
        #expect(folder.read("elsewhere/karbor/a") == "x")
    }

    @Test func `an object where a folder is needed is an error of the key`() async throws {
        let bank = try bank()
        try await bank.put(text: "x", at: BankKey("/a/b"))
        #expect(await code { try await bank.put(text: "y", at: BankKey("/a/b/c")) } == .invalidKey)
        #expect(await code { try await bank.put(text: "y", at: BankKey("/a")) } == .invalidKey)
        #expect(await code { _ = try await bank.get(BankKey("/a/b/c")) } == .notFound)
        #expect(await code { try await bank.delete(BankKey("/a/b/c")) } == nil)
        #expect(try await bank.text(at: BankKey("/a/b")) == "x")
    }

    @Test func `a pipe is no object, and nobody waits for its other end`() async throws {
        let bank = try bank()
        try await bank.put(text: "x", at: BankKey("/a/b"))
        #expect(mkfifo(folder.path("bank/karbor/a/pipe"), 0o600) == 0)
        #expect(await code { _ = try await bank.get(BankKey("/a/pipe")) } == .notFound)
        #expect(try await bank.list(under: "/a") == ["/a/b"])
    }

    @Test func `reading from a bank that is not there finds nothing and makes nothing`() async throws {
        let bank = try bank("deep/down/bank")
        #expect(await code { _ = try await bank.get(BankKey("/a/b")) } == .notFound)
        #expect(try await bank.list(under: "/a") == [])
        try await bank.delete(BankKey("/a/b"))
        #expect(access(folder.path("deep"), F_OK) != 0)

        try await bank.put(text: "x", at: BankKey("/a/b"))
        #expect(folder.read("deep/down/bank/karbor/a/b") == "x")
    }

    @Test func `a bank that cannot be made says why, and names no path of the machine`() async throws {
        try folder.write("", to: "file")
        let bank = try bank("file/bank")
        let error = await #expect(throws: BankError.self) { try await bank.put(text: "x", at: BankKey("/a/b")) }
        #expect(error?.code == .unavailable)
        #expect(error?.message == "cannot write /a/b: the bank's own folder cannot be opened: Not a directory")
    }

    @Test func `folders and files are closed to other accounts`() async throws {
        let bank = try bank()
        try await bank.put(text: "x", at: BankKey("/a/b"))
        for (name, mode) in [("", 0o750), ("/karbor", 0o750), ("/karbor/a", 0o750), ("/karbor/a/b", 0o640)] {
            var status = stat()
            #expect(stat(folder.path("bank") + name, &status) == 0)
            #expect(Int(status.st_mode) & 0o777 & ~mode == 0, "\(name)")
        }
    }

    @Test func `a deleted object's empty folders go with it, the container stays`() async throws {
        let bank = try bank()
        try await bank.put(text: "x", at: BankKey("/a/b/c"))
        try await bank.delete(BankKey("/a/b/c"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("bank/karbor")) == [".tmp"])
    }

    @Test func `an object that is too large is neither read nor written`() async throws {
        let bank = try FileSystemBank(path: folder.path("bank"), time: ManualTime(), objectLimit: 1000, faults: nil)
        try await bank.put([UInt8](repeating: 1, count: 1000), format: .raw, at: BankKey("/a/b"))
        #expect(try await bank.get(BankKey("/a/b")).count == 1000)
        let tooLong = [UInt8](repeating: 1, count: 1001)
        #expect(await code { try await bank.put(tooLong, format: .raw, at: BankKey("/a/b")) } == .tooLarge)
        try folder.write(String(repeating: "x", count: 1001), to: "bank/karbor/a/large")
        #expect(await code { _ = try await bank.get(BankKey("/a/large")) } == .tooLarge)
    }

    @Test(arguments: ["", "a/b", "/a", "..", ".", ".tmp", "ä", "a b"])
    func `a container is one folder's name`(container: String) {
        #expect(throws: BankError.self) {
            try FileSystemBank(path: "/nowhere", container: container, time: ManualTime())
        }
    }

    @Test(arguments: ["", "/a\0b"]) func `a path is a path`(path: String) {
        #expect(throws: BankError.self) { try FileSystemBank(path: path, time: ManualTime()) }
    }
}
