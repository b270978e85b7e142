package import Loop

/// Why the store did not do what was asked.
package struct StoreError: Disposed, Sendable, CustomStringConvertible {
    /// A small closed set, usable as a metric's label.
    package enum Code: String, Sendable {
        case notFound = "not_found"
        /// Another operation on the same checkpoint is under way.
        case conflict
        case quotaExceeded = "quota_exceeded"
        /// A sealed token cannot be opened: the key was lost or changed.
        case sealBroken = "seal_broken"
        /// An unknown sort key, or a pattern that is none.
        case invalidQuery = "invalid_query"
        case full
        case unavailable
        case corrupted
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var disposition: Disposition {
        switch code {
        case .full, .unavailable: .transient
        case .notFound, .conflict, .quotaExceeded, .invalidQuery: .callersFault
        case .sealBroken, .corrupted: .permanent
        }
    }

    package var description: String { message }

    /// What is said of a quota that is used up, to the user too.
    package static func quotaExceeded(_ resource: QuotaResource, limit: Int) -> StoreError {
        StoreError(.quotaExceeded, "Maximum number of \(resource.rawValue) allowed (\(limit)) exceeded")
    }
}
