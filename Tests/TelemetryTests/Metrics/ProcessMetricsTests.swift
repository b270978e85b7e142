import Glibc
import Testing

@testable import Telemetry

@Suite struct ProcessMetricsTests {
    private func observed(_ name: String) throws -> Double {
        let all = ProcessMetrics(startTime: 1_795_524_753).observations()
        return try #require(all.first { $0.name == name }).value
    }

    @Test func `all that is declared can be read on this machine`() {
        let observed = ProcessMetrics(startTime: 1).observations().map(\.name)
        #expect(observed.sorted() == ProcessMetrics.declarations.map(\.name).sorted())
    }

    @Test func `a file that is opened is counted, and no more when it is closed`() throws {
        // Other tests open files, too: the difference that this many make is larger than theirs.
        let before = try observed("process_open_fds")
        let opened = (0..<200).map { _ in open("/dev/null", O_RDONLY | O_CLOEXEC) }
        let during = try observed("process_open_fds")
        for descriptor in opened { close(descriptor) }
        #expect(during - before > 100)
        #expect(during - (try observed("process_open_fds")) > 100)
    }

    @Test func `work shows as processor time, and memory as bytes`() throws {
        let before = try observed("process_cpu_seconds")
        while try observed("process_cpu_seconds") - before < 0.02 {}
        #expect((1 << 20)...(1 << 36) ~= Int(try observed("process_resident_memory_bytes")))
        #expect(try observed("process_start_time_seconds") == 1_795_524_753)
    }
}
