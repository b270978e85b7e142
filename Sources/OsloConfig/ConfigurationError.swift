/// Why a configuration cannot be used: where, which option, and what was expected.
///
/// Never holds the value of a secret option, nor the text of a line that cannot be read, which may be part of one.
package struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case missingFile = "missing_file"
        case unreadableFile = "unreadable_file"
        case fileTooLarge = "file_too_large"
        case notText = "not_text"
        case syntax
        case wrongValue = "wrong_value"
        case missingValue = "missing_value"
        case unknownReference = "unknown_reference"
        case circularReference = "circular_reference"
        case valueTooLong = "value_too_long"
    }

    package let code: Code
    package let origin: Origin
    package let group: String?
    package let option: String?
    package let reason: String

    init(_ code: Code, _ origin: Origin, _ declaration: OptionDeclaration? = nil, _ reason: String) {
        self.code = code
        self.origin = origin
        group = declaration?.group
        option = declaration?.name
        self.reason = reason
    }

    package var description: String {
        guard let group, let option else { return "\(origin): \(reason)" }
        return "\(origin): [\(group)] \(option): \(reason)"
    }

    package var file: String? {
        if case .file(let path, _) = origin { path } else { nil }
    }

    package var line: Int? {
        if case .file(_, let line) = origin { line } else { nil }
    }
}
