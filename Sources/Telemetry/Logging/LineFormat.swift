import Glibc

/// How a record looks as one line: as oslo.log writes it, or as JSON.
///
/// Text: `2026-11-24 12:00:00.123 PID LEVEL logger [request_id] message key=value …`, local time. A value never breaks
/// the line nor reaches a terminal as a control sequence, whatever another service put into it.
package struct LineFormat: Sendable {
    package static let standardDateFormat = "%Y-%m-%d %H:%M:%S"

    package let json: Bool
    package let dateFormat: String
    package let process: Int32

    package init(json: Bool = false, dateFormat: String = standardDateFormat, process: Int32 = getpid()) {
        self.json = json
        self.dateFormat = dateFormat
        self.process = process
    }

    /// The line with its end.
    package func line(for record: LogRecord) -> String {
        (json ? jsonText(for: record) : text(for: record)) + "\n"
    }

    private func text(for record: LogRecord) -> String {
        let request = record["request_id"].map(Self.printable) ?? "-"
        return "\(timestamp(of: record)) \(process) \(record.level.osloName) \(record.logger) [\(request)] "
            + Self.sentence(for: record, without: "request_id")
    }

    /// The message and its fields, as text for people.
    static func sentence(for record: LogRecord, without left: String? = nil) -> String {
        var sentence = printable(record.message)
        for field in record.fields where field.name != left {
            sentence += " \(printable(field.name))=\(quoted(field.value))"
        }
        return sentence
    }

    func timestamp(of record: LogRecord) -> String {
        var seconds = record.time.tv_sec
        var parts = tm()
        localtime_r(&seconds, &parts)
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer -> String in
            let length = strftime(buffer.baseAddress, buffer.count, dateFormat, &parts)
            return String(decoding: buffer.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
        let milliseconds = String(record.time.tv_nsec / 1_000_000)
        return text + "." + String(repeating: "0", count: max(0, 3 - milliseconds.count)) + milliseconds
    }

    // MARK: - Text that stays on its line

    /// `text` with every control character written as an escape.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: breaksLine) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case let scalar where breaksLine(scalar): result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A value that can be told from the next field: in quotes unless it is one plain word.
    private static func quoted(_ value: String) -> String {
        let isPlain = !value.isEmpty && !value.unicodeScalars.contains { $0 == " " || $0 == "\"" || $0 == "=" }
        guard !isPlain else { return printable(value) }
        var escaped = ""
        for scalar in value.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { escaped.unicodeScalars.append("\\") }
            escaped.unicodeScalars.append(scalar)
        }
        return "\"\(printable(escaped))\""
    }

    /// Control characters of ASCII and Latin 1, and Unicode's two line ends.
    static func breaksLine(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f..<0xa0, 0x2028, 0x2029: true
        default: false
        }
    }
}
