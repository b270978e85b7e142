import Keystone
package import Protection

/// The one place where a failure of the store, a bank or another service becomes what a caller is told.
extension ServiceFault {
    package init(_ error: StoreError) {
        switch error.code {
        case .notFound: self.init(.notFound, error.message)
        case .conflict: self.init(.conflict, error.message)
        case .quotaExceeded: self.init(.overLimit, error.message)
        case .invalidQuery: self.init(.badRequest, error.message)
        case .full, .unavailable:
            self.init(
                .unavailable, "The service's store cannot be used at the moment.", detail: error.message)
        case .sealBroken, .corrupted: self.init(.internal, error.message)
        }
    }

    /// A bank's words name its keys and its files.
    init(_ error: BankError) {
        switch error.code {
        case .notFound: self.init(.notFound, "It could not be found in the bank.", detail: error.message)
        case .invalidKey: self.init(.badRequest, "An id or a date in the request is not valid.", detail: error.message)
        case .tooLarge: self.init(.badRequest, "It is larger than the bank takes.", detail: error.message)
        case .full, .unavailable, .readOnly:
            self.init(.unavailable, "The provider's bank cannot be used at the moment.", detail: error.message)
        // It names nothing but ids and a time.
        case .taken: self.init(.conflict, error.message)
        case .corrupted: self.init(.internal, error.message)
        }
    }

    init(cause error: any Error) {
        switch error {
        case let error as StoreError: self.init(error)
        case let error as BankError: self.init(error)
        default: self.init(.internal, "\(error)")
        }
    }

    /// What another service answered when it was asked in the caller's name.
    /// - Parameter what: what was tried, as a sentence without its end: "Listing volumes failed".
    init(_ error: ServiceError, trying what: String) {
        let reason = FailureReason.text(of: error)
        switch error.code {
        // What the service itself said is for its user.
        case .badRequest, .refused: self.init(.badRequest, "\(what): \(reason)")
        case .forbidden: self.init(.forbidden, "\(what): \(reason)")
        case .notFound: self.init(.notFound, "\(what): \(reason)")
        case .conflict: self.init(.conflict, "\(what): \(reason)")
        case .overLimit: self.init(.overLimit, "\(what): \(reason)")
        // A new token of the caller's helps against both.
        case .userTokenGone, .expiredTokenRefused:
            self.init(.unauthenticated, "The token is no longer accepted.", detail: "\(error)")
        case _ where error.disposition == .transient:
            // What we say of it may name an address, or the daemon's own credential.
            self.init(
                .unavailable, "\(what): the service \(error.serviceType) cannot be used at the moment.",
                detail: "\(error)")
        default:
            self.init(.internal, "\(what): \(error)")
        }
    }
}
