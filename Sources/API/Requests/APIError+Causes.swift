import Engine
import Protection

/// The one place where what went wrong below becomes an answer.
extension APIError {
    /// How long a caller should wait before it asks again for something that is down.
    private static let outageRetrySeconds = 10

    init(_ fault: ServiceFault, identityURI: String?) {
        switch fault.code {
        case .badRequest: self.init(.badRequest, fault.message)
        case .unauthenticated: self = .unauthenticated(identityURI: identityURI)
        case .forbidden: self.init(.forbidden, fault.message)
        case .notFound: self.init(.notFound, fault.message)
        case .conflict: self.init(.conflict, fault.message)
        case .overLimit: self = .overLimit(fault.message)
        case .notImplemented: self.init(.notImplemented, fault.message)
        case .unavailable: self.init(.unavailable, fault.message, retryAfter: Self.outageRetrySeconds)
        case .internal: self = .fault
        }
    }

    /// Whatever a handler threw. What has no word of its own is a fault: its text is for the log only.
    init(cause: any Error, identityURI: String?) {
        switch cause {
        case let error as APIError: self = error
        case let fault as ServiceFault: self.init(fault, identityURI: identityURI)
        case IdempotentRequests.Refusal.underWay:
            self.init(
                .conflict, "A request with this Idempotency-Key is under way: ask again for its answer.", retryAfter: 1)
        case IdempotentRequests.Refusal.otherRequest:
            self.init(.conflict, "This Idempotency-Key came with another body in the last 24 hours: take a new one.")
        case let error as StoreError: self.init(ServiceFault(error), identityURI: identityURI)
        default: self = .fault
        }
    }

    init(_ fault: AuthenticationFault, identityURI: String?) {
        switch fault {
        case .unauthenticated:
            self = .unauthenticated(identityURI: identityURI)
        case .unavailable(_, let retryAfter):
            self.init(
                .unavailable, "The Keystone service is temporarily unavailable.",
                retryAfter: max(1, Int(retryAfter.components.seconds)))
        }
    }
}
