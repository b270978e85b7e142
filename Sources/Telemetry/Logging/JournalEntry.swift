/// A record as the journal takes it: fields, each `NAME=value` in bytes.
///
/// `MESSAGE` is for people and ends with the values, since `journalctl` shows nothing else; for machines each metadata
/// key is a field of its own, in capitals: `operation_id` becomes `OPERATION_ID`.
struct JournalEntry {
    private(set) var fields: [(name: String, value: String)] = []

    init(_ record: LogRecord, identifier: String) {
        add("MESSAGE", LineFormat.sentence(for: record))
        add("PRIORITY", String(record.level.syslogPriority))
        add("SYSLOG_IDENTIFIER", identifier)
        add("LOGGER", record.logger)
        add("CODE_FILE", record.file)
        add("CODE_LINE", String(record.line))
        add("CODE_FUNC", record.function)
        for field in record.fields {
            add(Self.fieldName(for: field.name), field.value)
        }
    }

    private mutating func add(_ name: String, _ value: String) {
        fields.append((name, value))
    }

    /// Names that say something to journald, syslog tools or us. A metadata key of that name must not speak for them.
    private static let reserved: Set<String> = [
        "MESSAGE", "MESSAGE_ID", "PRIORITY", "LOGGER", "CODE_FILE", "CODE_LINE", "CODE_FUNC", "ERRNO", "INVOCATION_ID",
        "USER_INVOCATION_ID", "SYSLOG_FACILITY", "SYSLOG_IDENTIFIER", "SYSLOG_PID", "SYSLOG_TIMESTAMP", "SYSLOG_RAW",
        "DOCUMENTATION", "TID", "UNIT", "USER_UNIT", "OBJECT_PID",
    ]

    /// The journal's rule: capitals, digits and underscores of ASCII, begun by a letter, at most 64. An entry with one bad
    /// name is thrown away by journald as a whole.
    static func fieldName(for key: String) -> String {
        var name = ""
        for byte in key.utf8.prefix(60) {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): name.unicodeScalars.append(Unicode.Scalar(byte - 32))
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                name.unicodeScalars.append(Unicode.Scalar(byte))
            default: name += "_"
            }
        }
        // A leading underscore marks what journald itself vouches for.
        name = String(name.drop { $0 == "_" })
        guard let first = name.first else { return "FIELD" }
        return first.isNumber || reserved.contains(name) ? "KEY_" + name : name
    }
}
