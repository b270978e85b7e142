import Glibc
package import HTTPTypes

/// The header fields of an answer. As they came they are bytes: most are never asked for, and making a field of them costs
/// more than receiving it.
package enum AnswerFields: Sendable {
    case fields(HTTPFields)
    /// Name and value in turn, each ended by a zero, as libcurl has parsed them.
    case received([UInt8])

    /// One whose name is not a token is left out: nobody could ask for it.
    package var all: HTTPFields {
        switch self {
        case .fields(let fields): fields
        case .received(let bytes): Self.read(bytes)
        }
    }

    private static func read(_ bytes: [UInt8]) -> HTTPFields {
        var fields = HTTPFields()
        fields.reserveCapacity(8)
        var parts = bytes.split(separator: 0, omittingEmptySubsequences: false)[...]
        while parts.count > 1, let name = parts.popFirst(), let value = parts.popFirst() {
            guard let name = HTTPField.Name(String(decoding: name, as: UTF8.self)) else { continue }
            value.withUnsafeBytes { fields.append(HTTPField(name: name, lenientValue: $0)) }
        }
        return fields
    }
}
