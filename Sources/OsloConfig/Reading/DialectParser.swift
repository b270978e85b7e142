/// Reads oslo.config's dialect of INI files, line for line as its `iniparser` does.
///
/// - A comment begins in the first column; nowhere else is `#` or `;` special.
/// - A line that begins with a blank continues the value above it. Everything but such a line ends a value.
/// - One pair of quotes around the first line of a value is taken off; a quote alone is its own pair.
struct DialectParser {
    private struct Pending {
        let name: String
        var lines: [String]
        let line: Int
    }

    private var file: ParsedFile
    private var line = 0
    private var group: String?
    private var pending: Pending?

    static func parse(_ text: String, path: String) throws(ConfigurationError) -> ParsedFile {
        var parser = DialectParser(file: ParsedFile(path: path))
        for line in lines(of: text) { try parser.read(line) }
        parser.finishValue()
        return parser.file
    }

    private init(file: ParsedFile) {
        self.file = file
    }

    /// Python's universal newlines: `\n`, `\r\n` and `\r` alone.
    private static func lines(of text: String) -> [Substring] {
        var lines: [Substring] = []
        let bytes = text.utf8
        var start = bytes.startIndex
        var index = start
        while index < bytes.endIndex {
            let byte = bytes[index]
            var next = bytes.index(after: index)
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                lines.append(text[start..<index])
                if byte == UInt8(ascii: "\r"), next < bytes.endIndex, bytes[next] == UInt8(ascii: "\n") {
                    next = bytes.index(after: next)
                }
                start = next
            }
            index = next
        }
        lines.append(text[start...])
        return lines
    }

    private mutating func read(_ raw: Substring) throws(ConfigurationError) {
        line += 1
        let text = Trimming.withoutSpaceAtEnd(raw)
        switch text.unicodeScalars.first {
        case nil: finishValue()
        case " ", "\t": try continueValue(text)
        case "[": try beginGroup(text)
        case "#", ";": finishValue()
        default: try beginValue(text)
        }
    }

    private mutating func continueValue(_ text: String) throws(ConfigurationError) {
        guard pending != nil else {
            throw syntax("a line that begins with a blank continues a value, and there is none")
        }
        pending?.lines.append(Trimming.trimmed(text))
    }

    private mutating func beginGroup(_ text: String) throws(ConfigurationError) {
        finishValue()
        guard text.unicodeScalars.last == "]" else { throw syntax("expected ] at the end of a group's name") }
        let name = String(String.UnicodeScalarView(text.unicodeScalars.dropFirst().dropLast()))
        guard !name.isEmpty else { throw syntax("expected a group's name between [ and ]") }
        group = name
        file.headers.append(ParsedFile.Header(group: name, line: line))
    }

    private mutating func beginValue(_ text: String) throws(ConfigurationError) {
        finishValue()
        let scalars = text.unicodeScalars
        guard let separator = scalars.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
            throw syntax("expected \"name = value\" or [group]")
        }
        let name = Trimming.trimmed(text[..<separator])
        guard !name.isEmpty else { throw syntax("expected an option's name before \(scalars[separator])") }
        guard group != nil else { throw syntax("expected a [group] before the first option") }
        let value = Trimming.trimmed(text[scalars.index(after: separator)...])
        pending = Pending(name: name, lines: [Self.unquoted(value)], line: line)
    }

    private mutating func finishValue() {
        guard let pending, let group else { return }
        file.assignments.append(
            ParsedFile.Assignment(
                group: group, name: pending.name, value: pending.lines.joined(separator: "\n"), line: pending.line))
        self.pending = nil
    }

    private static func unquoted(_ value: String) -> String {
        let scalars = value.unicodeScalars
        guard let first = scalars.first, first == "\"" || first == "'", scalars.last == first else { return value }
        return String(String.UnicodeScalarView(scalars.dropFirst().dropLast()))
    }

    private func syntax(_ reason: String) -> ConfigurationError {
        ConfigurationError(.syntax, .file(path: file.path, line: line), nil, reason)
    }
}
