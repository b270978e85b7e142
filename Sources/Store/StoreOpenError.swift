import Protection

/// Why the store could not be opened. The daemon does not start; the message is for its operator.
package struct StoreOpenError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// Another daemon works on it.
        case inUse = "in_use"
        /// The file is not this service's: it was left byte for byte as it was.
        case foreignFile = "foreign_file"
        /// A newer version of this service wrote it: it was left byte for byte as it was.
        case newerSchema = "newer_schema"
        /// The sealing key is unfit for use.
        case badKey = "bad_key"
        case unavailable
        case full
        case corrupted
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

extension StoreOpenError {
    /// Translates whatever SQLite or the file system said while the store at `path` was being opened.
    init(translating error: any Error, path: String) {
        switch error {
        case let error as StoreOpenError:
            self = error
        case let error as FileError:
            self.init(error.isNoSpace ? .full : .unavailable, error.description)
        default:
            let error = StoreError(translating: error)
            let code: Code =
                switch error.code {
                case .full: .full
                case .corrupted: .corrupted
                default: .unavailable
                }
            self.init(code, "\(path): \(error.message)")
        }
    }
}
