import Glibc
import Loop
import Testing

@testable import Telemetry

@Suite struct JournalSinkTests {
    @Test func `what the journal takes goes nowhere else`() {
        let fallback = MemorySink()
        let sent = Locked<[String]>([])
        let sink = JournalSink(identifier: "karbor", fallback: fallback) { entry in
            sent.withLock { $0.append(entry.fields.first { $0.name == "MESSAGE" }?.value ?? "") }
            return 0
        }
        sink.write(record("one"))
        #expect(sent.withLock { $0 } == ["one"] && fallback.records.isEmpty)
    }

    @Test func `what the journal refuses goes to the other sink, whole`() {
        let fallback = MemorySink()
        let sink = JournalSink(identifier: "karbor", fallback: fallback) { _ in -ENOBUFS }
        sink.write(record("one", metadata: ["volume_id": "v1"]))
        #expect(fallback.records.map(\.message) == ["one"])
        #expect(fallback.records.first?["volume_id"] == "v1")
    }
}
