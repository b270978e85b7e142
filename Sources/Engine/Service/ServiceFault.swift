/// Why something below the API did not do what was asked, in the few words that an answer can say.
///
/// `message` is shown to the caller as it is, except for `.internal`: that one is logged, and the caller is told nothing.
package struct ServiceFault: Error, Sendable, Equatable {
    /// A small closed set, usable as a metric's label.
    package enum Code: String, Sendable {
        case badRequest = "bad_request"
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

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
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
