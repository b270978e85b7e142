/// Why something below the API did not do what was asked, in the few words that an answer can say.
///
/// `message` is shown to the caller as it is, except for `.internal`, of which the caller is told nothing.
package struct ServiceFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// A small closed set, usable as a metric's label.
    package enum Code: String, Sendable {
        case badRequest = "bad_request"
        /// The caller's token is no longer good for what was asked.
        case unauthenticated
        case forbidden
        /// It does not exist, or it is another project's: the two are never told apart.
        case notFound = "not_found"
        /// It is in a state in which this cannot be done.
        case conflict
        case overLimit = "over_limit"
        case notImplemented = "not_implemented"
        /// Something that is needed is down; the same request may succeed later.
        case unavailable
        case `internal`
    }

    package var code: Code
    package var message: String
    /// What only the operator is told: paths, numbers of errors, addresses.
    package var detail: String?

    package init(_ code: Code, _ message: String, detail: String? = nil) {
        self.code = code
        self.message = message
        self.detail = detail
    }

    /// For the log.
    package var description: String { detail.map { "\(message) \($0)" } ?? message }
}

extension ServiceFault {
    /// What is said of a checkpoint that does not exist, is another project's, or is in another provider's bank.
    package static func checkpointNotFound(_ id: String) -> ServiceFault {
        ServiceFault(.notFound, "Checkpoint \(id) could not be found.")
    }

    package static func providerNotFound(_ id: String) -> ServiceFault {
        ServiceFault(.notFound, "Provider \(id) could not be found.")
    }
}
