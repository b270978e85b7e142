import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import OsloConfig

@Suite struct LoadTests {
    private let folder = TemporaryFolder()
    private let order = ConfigOption.multi("x", help: "")

    private func load(
        _ sources: ConfigurationSource..., search: ConfigurationSearch? = nil, environment: [String: String] = [:]
    ) throws(ConfigurationError) -> Configuration {
        try Configuration.load(
            registry: registry(of: [order.erased]), sources: sources, search: search, environment: environment)
    }

    private func write(_ names: String...) throws {
        for name in names { try folder.write("[DEFAULT]\nx = \(name)\n", to: name) }
    }

    // MARK: - What is read, and in which order

    @Test func `files and directories are read in the order they are named`() throws {
        try write("a.conf", "b.conf", "d/2.conf", "d/10.conf", "d/.hidden.conf", "d/3.conf~", "d/4.ini")
        let read = try load(
            .file(folder.path("b.conf")), .directory(folder.path("d")), .file(folder.path("a.conf")))
        #expect(try read.get(order) == ["b.conf", "d/10.conf", "d/2.conf", "a.conf"])
        #expect(try load(.directory(folder.path("d/"))).get(order) == ["d/10.conf", "d/2.conf"])
    }

    private var search: ConfigurationSearch {
        ConfigurationSearch(
            names: ["karbor", "karbor-protection"], directories: [folder.path("home/.karbor"), folder.path("etc")])
    }

    @Test func `without names the first of each is found, files before directories`() throws {
        try write(
            "etc/karbor.conf", "home/.karbor/karbor.conf", "etc/karbor-protection.conf",
            "etc/karbor.conf.d/1.conf", "etc/karbor-protection.conf.d/1.conf", "etc/other.conf")
        #expect(
            try load(search: search).get(order) == [
                "home/.karbor/karbor.conf", "etc/karbor-protection.conf", "etc/karbor.conf.d/1.conf",
                "etc/karbor-protection.conf.d/1.conf",
            ])
    }

    @Test func `a named file replaces the files found, a named directory the directories`() throws {
        try write("etc/karbor.conf", "etc/karbor.conf.d/1.conf", "own.conf", "own.d/1.conf")
        #expect(
            try load(.file(folder.path("own.conf")), search: search).get(order)
                == ["etc/karbor.conf.d/1.conf", "own.conf"], "found ones are read first, so that named ones win")
        #expect(
            try load(.directory(folder.path("own.d")), search: search).get(order)
                == ["etc/karbor.conf", "own.d/1.conf"])
    }

    @Test func `where nothing is found and nothing named, defaults are all there is`() throws {
        #expect(try load(search: search).get(order) == [])
    }

    @Test func `the places are oslo's`() {
        let search = ConfigurationSearch(
            project: "karbor", program: "karbor-protection",
            environment: ["HOME": "/root", "SNAP": "/snap/k/1", "SNAP_COMMON": "/var/snap/k"])
        #expect(
            search.directories == [
                "/root/.karbor", "/root", "/etc/karbor", "/etc", "/var/snap/k/etc/karbor", "/snap/k/1/etc/karbor",
            ])
        #expect(
            ConfigurationSearch(project: "karbor", program: "x", environment: [:]).directories
                == ["/etc/karbor", "/etc"])
    }

    @Test func `a tilde is the home directory`() throws {
        try write("a.conf", "~odd.conf")
        let environment = ["HOME": folder.path]
        #expect(try load(.file("~/a.conf"), environment: environment).get(order) == ["a.conf"])
        #expect(try load(.directory("~"), environment: environment).get(order) == ["a.conf", "~odd.conf"])
        #expect(throws: ConfigurationError.self) { try load(.file("~odd.conf"), environment: environment) }
    }

    // MARK: - What cannot be read

    private func code(_ source: ConfigurationSource) -> ConfigurationError.Code? {
        failure { try load(source) }?.code
    }

    @Test func `a named file or directory must exist`() throws {
        let path = folder.path("gone.conf")
        let error = failure { try load(.file(path)) }
        #expect(error?.code == .missingFile)
        #expect(error?.description == "\(path): expected a file that can be read: No such file or directory")
        #expect(code(.directory(folder.path("gone.d"))) == .missingFile)
        try write("a.conf")
        #expect(code(.file(folder.path("a.conf/b.conf"))) == .missingFile)
        #expect(code(.directory(folder.path("a.conf"))) == .missingFile)
    }

    @Test func `a directory, a pipe or a socket is no file`() throws {
        #expect(code(.file(folder.path)) == .unreadableFile)
        #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
        #expect(code(.file(folder.path("pipe"))) == .unreadableFile, "and opening it does not hang")
        let socket = try NotifySocket(folder.path("socket"))
        #expect(code(.file(folder.path("socket"))) == .unreadableFile)
        withExtendedLifetime(socket) {}
        #expect(symlink("loop", folder.path("loop")) == 0)
        #expect(code(.file(folder.path("loop"))) == .unreadableFile)
        try write("d.conf/x")
        #expect(code(.directory(folder.path)) == .unreadableFile, "a directory called d.conf")
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func `a file without permission is unreadable`() throws {
        try write("a.conf")
        #expect(chmod(folder.path("a.conf"), 0) == 0)
        #expect(code(.file(folder.path("a.conf"))) == .unreadableFile)
    }

    @Test func `no file at all is said with dev null`() throws {
        #expect(try load(.file("/dev/null"), search: search).get(order) == [])
    }

    @Test func `a huge file is refused before it fills the memory`() throws {
        let path = try folder.write("[DEFAULT]\n", to: "huge.conf")
        #expect(truncate(path, 100 << 20) == 0)
        #expect(code(.file(path)) == .fileTooLarge)
        #expect(code(.file("/dev/zero")) == .fileTooLarge)
        let limit = String(repeating: "#", count: FileReader.longestFile - 1) + "\n"
        #expect(throws: Never.self) { try load(.file(folder.write(limit, to: "limit.conf"))) }
    }

    @Test func `what is not UTF-8 is named with its line`() throws {
        let path = folder.path("latin.conf")
        try Data([UInt8]("[DEFAULT]\nx = ".utf8) + [0xe4] + [UInt8]("\n".utf8)).write(to: URL(filePath: path))
        let error = failure { try load(.file(path)) }
        #expect(error?.code == .notText)
        #expect(error?.origin == .file(path: path, line: 2))
    }

    @Test func `a byte order mark at the beginning is no part of the text`() throws {
        let path = try folder.write("\u{feff}[DEFAULT]\nx = \u{feff}1\n", to: "mark.conf")
        #expect(try load(.file(path)).get(order) == ["\u{feff}1"])
    }

    @Test func `a mistake in any file is told with its path`() throws {
        try write("etc/karbor.conf")
        let path = try folder.write("[DEFAULT\n", to: "etc/karbor-protection.conf")
        #expect(failure { try load(search: search) }?.origin == .file(path: path, line: 1))
    }
}
