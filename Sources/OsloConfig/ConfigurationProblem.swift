/// Something an operator should know about a configuration.
package struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
    package enum Severity: String, Sendable, Comparable {
        /// Nothing is wrong, but something stands there for nothing.
        case notice
        /// It works, and should be changed.
        case warning
        /// It cannot work.
        case error

        package static func < (left: Severity, right: Severity) -> Bool {
            let order: [Severity] = [.notice, .warning, .error]
            return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
        }
    }

    package enum Code: Sendable, Equatable {
        case unusable(ConfigurationError.Code)
        case deprecatedName
        case unknownGroup
        case unknownOption
        /// Accepted, known, and without effect in this program.
        case withoutEffect
    }

    package let code: Code
    package let origin: Origin
    package let group: String
    package let option: String?
    package let text: String

    package var severity: Severity {
        switch code {
        case .unusable: .error
        case .deprecatedName, .unknownGroup, .unknownOption: .warning
        case .withoutEffect: .notice
        }
    }

    package var description: String {
        let option = option.map { " \($0)" } ?? ""
        return "\(severity.rawValue): \(origin): [\(group)]\(option): \(text)"
    }
}
