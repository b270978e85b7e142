package import Loop

/// Why a bank did not do what was asked.
package struct BankError: Disposed, Sendable, CustomStringConvertible {
    /// A small closed set, usable as a metric's label.
    package enum Code: String, Sendable {
        case notFound = "not_found"
        /// A key that is no key, or would lead out of the bank.
        case invalidKey = "invalid_key"
        case corrupted
        /// An object is larger than the bank reads or writes whole.
        case tooLarge = "too_large"
        /// Passes, as when an operator mounts it anew.
        case readOnly = "read_only"
        case full
        case unavailable
        /// Another daemon works on the checkpoint, or has taken it over.
        case taken
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var disposition: Disposition {
        switch code {
        case .full, .unavailable, .readOnly: .transient
        case .notFound, .corrupted, .tooLarge, .taken: .permanent
        case .invalidKey: .callersFault
        }
    }

    package var description: String { message }
}
