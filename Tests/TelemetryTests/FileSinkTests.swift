import FoundationEssentials
import Glibc
import Logging
import TestSupport
import Testing

@testable import Telemetry

@Suite struct FileSinkTests {
    private let folder = TemporaryFolder()
    private let format = LineFormat(dateFormat: "T", process: 17)
    private var path: String { folder.path("karbor.log") }

    private func lines(of name: String) throws -> [Substring] {
        try #require(folder.read(name)).split(separator: "\n")
    }

    @Test func `lines are appended, and after a rotation to the new file once it is reopened`() throws {
        try folder.write("zero\n", to: "karbor.log")
        let sink = try FileSink(path: path, format: format)
        sink.write(record("one"))
        #expect(rename(path, path + ".1") == 0)
        sink.write(record("two"))
        try sink.reopen()
        sink.write(record("three"))
        #expect(try lines(of: "karbor.log.1").map { $0.suffix(4) } == ["zero", " one", " two"])
        #expect(try lines(of: "karbor.log").map { $0.suffix(6) } == [" three"])
    }

    @Test func `settings open the sinks they name`() throws {
        var settings = LogSettings(identifier: "karbor-protection")
        settings.directory = folder.path
        settings.useJSON = true
        settings.useStandardError = true
        let sinks = try settings.openSinks(journal: .absent)
        #expect(sinks.count == 2)
        try #require(sinks.first).write(record("here"))
        #expect(try lines(of: "karbor-protection.log").map { $0.hasPrefix("{") && $0.contains("\"here\"") } == [true])
        settings.directory = folder.path("gone")
        #expect(throws: LogFileError(path: folder.path("gone/karbor-protection.log"), errno: ENOENT)) {
            try settings.openSinks(journal: .absent)
        }
    }

    @Test func `others cannot read it`() throws {
        let sink = try FileSink(path: path, format: format)
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o007 == 0)
        withExtendedLifetime(sink) {}
    }

    @Test func `a file that cannot be opened is named, and the old one still taken`() throws {
        #expect(throws: LogFileError(path: folder.path, errno: EISDIR)) {
            try FileSink(path: folder.path, format: format)
        }
        let sink = try FileSink(path: path, format: format)
        #expect(rename(path, path + ".1") == 0)
        #expect(mkdir(path, 0o755) == 0)
        let control = LogControl(level: .info, sinks: [sink])
        #expect(throws: LogFileError(path: path, errno: EISDIR)) { try control.reopen() }
        sink.write(record("still here"))
        #expect(try lines(of: "karbor.log.1").count == 1)
    }

    @Test func `a reopened sink leaves no descriptor behind`() throws {
        func openHere() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter {
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == path
            }.count
        }
        do {
            let sink = try FileSink(path: path, format: format)
            for _ in 0..<50 { try sink.reopen() }
            #expect(try openHere() == 1)
            withExtendedLifetime(sink) {}
        }
        #expect(try openHere() == 0)
    }

    @Test func `lines written at once by many stay whole`() async throws {
        let sink = try FileSink(path: path, format: format)
        let long = String(repeating: "x", count: 5000)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask { sink.write(record("\(number) \(long)")) }
            }
        }
        let lines = try lines(of: "karbor.log")
        #expect(lines.count == 40)
        #expect(lines.allSatisfy { $0.hasPrefix("T.007 17 WARNING karbor.engine [-] ") && $0.hasSuffix(" \(long)") })
    }

    @Test func `a reader that went to sleep costs the line, not the process`() {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        #expect(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0)
        let sink = DescriptorSink(descriptor: ends[1], format: format)
        let long = String(repeating: "x", count: 8000)
        let start = ContinuousClock.now
        // A pipe holds 64 KiB: the last ones find it full.
        for _ in 0..<10 { sink.write(record("\(long)")) }
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test func `a closed descriptor costs its own lines, and no other sink's`() {
        let memory = MemorySink()
        let control = LogControl(level: .info, sinks: [DescriptorSink(descriptor: -1, format: format), memory])
        for number in 0..<3 { control.write(record("\(number)")) }
        #expect(control.flush(within: .seconds(30)))
        #expect(memory.records.map(\.message) == ["0", "1", "2"])
    }
}
