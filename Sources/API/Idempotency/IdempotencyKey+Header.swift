import HTTPTypes
import Protection

extension IdempotencyKey {
    static let header = "Idempotency-Key"
    private static let longest = 255

    /// The key of a request; nil where it came without one. Throws where there is one that is none.
    ///
    /// In quotation marks, as the draft has it, or without, as most clients send it: both are the same key. Of visible ASCII
    /// characters but `"`, `\` and `,`; two headers of that name are no key.
    static func text(in headers: HTTPFields) throws(APIError) -> String? {
        guard let name = HTTPField.Name(header), let value = headers[name] else { return nil }
        var text = value[...]
        if text.count > 2, text.hasPrefix("\""), text.hasSuffix("\"") { text = text.dropFirst().dropLast() }
        guard (1...longest).contains(text.utf8.count), text.utf8.allSatisfy(isAllowed) else {
            throw APIError(
                .badRequest,
                "Invalid \(header): expected 1 to \(longest) visible ASCII characters without quotation marks, commas and "
                    + "backslashes.")
        }
        return String(text)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && ![0x22, 0x2C, 0x5C].contains(byte)
    }
}
