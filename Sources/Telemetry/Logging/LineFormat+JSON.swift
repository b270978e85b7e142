import FoundationEssentials

extension LineFormat {
    /// The names are those of oslo.log's JSON formatter; our fields stand in `context`.
    private struct JSONRecord: Encodable {
        let asctime: String
        let process: Int32
        let levelname: String
        let name: String
        let message: String
        let pathname: String
        let lineno: UInt
        let funcname: String
        let context: [String: String]
    }

    func jsonText(for record: LogRecord) -> String {
        let fields = record.fields.map { ($0.name, $0.value) }
        let json = JSONRecord(
            asctime: timestamp(of: record), process: process, levelname: record.level.osloName, name: record.logger,
            message: record.message, pathname: record.file, lineno: record.line, funcname: record.function,
            context: Dictionary(fields) { first, _ in first })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts and whole numbers always encode; were it otherwise, the message is worth more than the form.
        guard let data = try? encoder.encode(json) else { return Self.sentence(for: record) }
        return Self.escaped(String(decoding: data, as: UTF8.self))
    }

    /// The encoder escapes ASCII's control characters only. The others can stand in a document nowhere but in its strings.
    private static func escaped(_ document: String) -> String {
        guard document.unicodeScalars.contains(where: breaksLine) else { return document }
        var result = ""
        for scalar in document.unicodeScalars {
            guard breaksLine(scalar) else {
                result.unicodeScalars.append(scalar)
                continue
            }
            let digits = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        return result
    }
}
