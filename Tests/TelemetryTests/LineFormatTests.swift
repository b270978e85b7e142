import FoundationEssentials
import Logging
import Testing

@testable import Telemetry

@Suite struct LineFormatTests {
    /// The date is local time; its form is checked apart.
    private func text(_ record: LogRecord) -> String {
        LineFormat(dateFormat: "T", process: 17).line(for: record)
    }

    @Test func `a line is as oslo.log writes it, with the fields behind the message`() {
        let line = text(record(metadata: ["volume_id": "v1", "request_id": "req-1", "count": "\(3)"]))
        #expect(line == "T.007 17 WARNING karbor.engine [req-1] Backup failed count=3 volume_id=v1\n")
    }

    @Test func `a dash stands for no request`() {
        #expect(text(record(level: .error)) == "T.007 17 ERROR karbor.engine [-] Backup failed\n")
    }

    @Test(arguments: [
        ("plain", "plain"), ("", "\"\""), ("two words", "\"two words\""), ("a=b", "\"a=b\""),
        ("say \"no\"", "\"say \\\"no\\\"\""), ("back \\ slash", "\"back \\\\ slash\""), ("C:\\x", "C:\\x"),
        ("Größe", "Größe"),
    ])
    func `a value can be told from its neighbours`(value: String, shown: String) {
        #expect(text(record("m", metadata: ["key": "\(value)"])).hasSuffix(" m key=\(shown)\n"))
    }

    @Test(arguments: [
        "a\nb", "a\r\nb", "\u{1b}[2Jgone", "\u{9b}31m", "tab\there", "\u{2028}", "\u{7f}", "nul\0", "a\u{85}b",
    ])
    func `what another service sent never breaks a line or reaches the terminal`(value: String) {
        let line = text(record("got \(value)", metadata: ["reason": "\(value)", value: "x", "request_id": "\(value)"]))
        let inner = line.dropLast().unicodeScalars
        #expect(line.hasSuffix("\n"))
        #expect(inner.allSatisfy { ($0.value >= 0x20 && $0.value < 0x7f) || ($0.value >= 0xa0 && $0.value != 0x2028) })
    }

    @Test func `date and milliseconds are local time in the form asked for`() {
        let stamp = LineFormat().timestamp(of: record())
        #expect(stamp.wholeMatch(of: /2026-11-2[345] \d\d:\d\d:\d\d\.007/) != nil, "\(stamp)")
        #expect(LineFormat(dateFormat: "%Y").timestamp(of: record()) == "2026.007")
        // More than the buffer holds: nothing rather than garbage.
        let long = String(repeating: "%Y", count: 100)
        #expect(LineFormat(dateFormat: long).timestamp(of: record()) == ".007")
    }

    @Test func `JSON lines carry oslo.log's names and our fields`() throws {
        struct Line: Decodable {
            let levelname: String, message: String, name: String, process: Int, lineno: Int, funcname: String
            let context: [String: String]
        }
        let line = LineFormat(json: true, process: 17)
            .line(for: record("a \"b\"\nc", metadata: ["operation_id": "op", "reason": "x\ny"]))
        #expect(line.hasSuffix("}\n"))
        #expect(line.filter(\.isNewline).count == 1)
        let decoded = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
        #expect(decoded.levelname == "WARNING")
        #expect(decoded.message == "a \"b\"\nc")
        #expect(decoded.name == "karbor.engine")
        #expect(decoded.process == 17)
        #expect(decoded.lineno == 42)
        #expect(decoded.funcname == "run()")
        #expect(decoded.context == ["operation_id": "op", "reason": "x\ny"])
    }

    @Test(arguments: ["a\u{9b}31mb", "\u{7f}", "a\u{85}b", "\u{2028}\u{2029}", "Größe \u{1f5c4}", "a\u{1b}[2J"])
    func `what another service sent stands in a JSON line by its number`(value: String) throws {
        struct Line: Decodable { let context: [String: String] }
        let line = LineFormat(json: true).line(for: record("m", metadata: ["reason": "\(value)"]))
        #expect(line.hasSuffix("}\n") && !line.dropLast().unicodeScalars.contains(where: LineFormat.breaksLine))
        #expect(try JSONDecoder().decode(Line.self, from: Data(line.utf8)).context == ["reason": value])
    }
}
