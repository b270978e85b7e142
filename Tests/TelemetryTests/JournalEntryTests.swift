import Logging
import Testing

@testable import Telemetry

@Suite struct JournalEntryTests {
    private func fields(_ metadata: Logger.Metadata, level: Logger.Level = .warning) -> [String: [String]] {
        let entry = JournalEntry(record(level: level, metadata: metadata), identifier: "karbor-protection")
        return Dictionary(grouping: entry.fields, by: \.name).mapValues { $0.map(\.value) }
    }

    @Test func `metadata keys are fields in capitals beside the standard ones`() {
        let fields = fields(["operation_id": "op-1", "request_id": "req-1"])
        #expect(fields["OPERATION_ID"] == ["op-1"])
        #expect(fields["REQUEST_ID"] == ["req-1"])
        #expect(fields["MESSAGE"] == ["Backup failed operation_id=op-1 request_id=req-1"])
        #expect(fields["PRIORITY"] == ["4"])
        #expect(fields["SYSLOG_IDENTIFIER"] == ["karbor-protection"])
        #expect(fields["LOGGER"] == ["karbor.engine"])
        #expect(fields["CODE_FILE"] == ["Engine/Flow.swift"])
        #expect(fields["CODE_LINE"] == ["42"])
        #expect(fields["CODE_FUNC"] == ["run()"])
    }

    @Test func `a field keeps its line ends, the message does not`() {
        let fields = fields(["reason": "one\ntwo"])
        #expect(fields["REASON"] == ["one\ntwo"])
        #expect(fields["MESSAGE"] == ["Backup failed reason=one\\ntwo"])
    }

    @Test func `a key cannot speak for journald or for us`() {
        let fields = fields(["message": "x", "priority": "0", "_systemd_unit": "sshd.service", "code_file": "y"])
        #expect(fields["PRIORITY"] == ["4"])
        #expect(fields["CODE_FILE"] == ["Engine/Flow.swift"])
        #expect(fields["MESSAGE"]?.count == 1)
        #expect(fields["KEY_MESSAGE"] == ["x"])
        #expect(fields["SYSTEMD_UNIT"] == ["sshd.service"])
    }

    @Test(arguments: [
        "", "_", "___", "1st", "größe", "http.status-code", "a b", "\n", "ключ", "ﬁ",
        String(repeating: "k", count: 200),
    ])
    func `every key becomes a name that journald takes`(key: String) {
        let name = JournalEntry.fieldName(for: key)
        #expect(name.wholeMatch(of: /[A-Z][A-Z0-9_]{0,63}/) != nil, "\(name)")
    }

    @Test func `priorities are those of syslog`() {
        #expect(Logger.Level.allCases.map(\.syslogPriority) == [7, 7, 6, 5, 4, 3, 2])
    }
}
