package import Loop

/// Why another OpenStack service did not do what it was asked.
///
/// The one error type of everything above the transport. Its text is the service's own where there is one, bounded, and
/// never holds a token: it may be shown to users and kept.
package struct ServiceError: Disposed, Sendable {
    package let code: Code
    /// The HTTP status, where there was an answer.
    package let status: Int?
    /// What the service said, or what we say where it said nothing.
    package let message: String
    /// `volumev3`, `identity`, …
    package let serviceType: String
    /// Method and path without the query: `POST /v3/…/backups`. Empty where no request was made.
    package let operation: String
    /// The service's id of the request, else ours.
    package let requestID: String?
    package let disposition: Disposition
    /// How long the service asks to be left alone.
    package let retryAfter: Duration?
    /// False only if the service cannot have begun to do what it was asked: repeating it is then always safe.
    package let requestMayHaveArrived: Bool
    package let cause: (any Error)?
    /// Whether the answer had an error document as OpenStack's services write it.
    let isDocumented: Bool

    package init(
        _ code: Code, _ message: String, serviceType: String, operation: String = "", status: Int? = nil,
        requestID: String? = nil, disposition: Disposition? = nil, retryAfter: Duration? = nil,
        requestMayHaveArrived: Bool = false, isDocumented: Bool = false, cause: (any Error)? = nil
    ) {
        self.code = code
        self.status = status
        self.message = message
        self.serviceType = serviceType
        self.operation = operation
        self.requestID = requestID
        self.disposition = disposition ?? code.disposition
        self.retryAfter = retryAfter
        self.requestMayHaveArrived = requestMayHaveArrived
        self.isDocumented = isDocumented
        self.cause = cause
    }
}

extension ServiceError {
    /// A small closed set; the raw values are metric labels.
    package enum Code: String, Sendable, CaseIterable {
        // What the service refuses.
        case badRequest = "bad_request"
        case forbidden
        case notFound = "not_found"
        case conflict
        /// A quota: 413.
        case overLimit = "over_limit"
        /// Another status between 400 and 499.
        case refused
        // Who we are to it.
        /// The user's token is no longer accepted, not even with a service token.
        case userTokenGone = "user_token_gone"
        /// The user's token has expired, Keystone would accept it with a service token, and the service keeps refusing it.
        case expiredTokenRefused = "expired_token_refused"
        /// The trust by which an operation goes on was deleted, or is over.
        case trustGone = "trust_gone"
        /// Keystone lets nobody act by the trust: its user was disabled, or no longer has one of its roles.
        case trustRefused = "trust_refused"
        /// Keystone does not accept the daemon's own credential.
        case credentialRefused = "credential_refused"
        /// The service answers 401 to tokens that Keystone accepts.
        case tokensRefused = "tokens_refused"
        /// No token can be had or asked about, since Keystone does not answer.
        case identityUnavailable = "identity_unavailable"
        /// A 401 that no rule has explained: Keystone's about the token that a question was asked with, or a service's after a
        /// body that cannot be sent again.
        case unauthorized
        // What may be better later.
        case rateLimited = "rate_limited"
        case unavailable
        case serverError = "server_error"
        case unreachable
        case timedOut = "timed_out"
        /// The connection broke while the request or its answer was under way.
        case interrupted
        case cancelled
        // What will not be better by itself.
        case untrusted
        case redirected
        case invalidResponse = "invalid_response"
        case responseTooLarge = "response_too_large"
        case endpointNotFound = "endpoint_not_found"
        case invalidRequest = "invalid_request"

        package var disposition: Disposition {
            switch self {
            case .credentialRefused, .tokensRefused, .identityUnavailable, .unauthorized, .rateLimited, .unavailable,
                .serverError, .unreachable, .timedOut, .interrupted, .cancelled, .invalidResponse:
                .transient
            case .userTokenGone, .expiredTokenRefused, .trustGone, .trustRefused, .untrusted, .redirected,
                .responseTooLarge, .endpointNotFound:
                .permanent
            case .badRequest, .forbidden, .notFound, .conflict, .overLimit, .refused, .invalidRequest: .callersFault
            }
        }
    }
}

extension ServiceError: CustomStringConvertible {
    /// `volumev3: Quota exceeded … (413, req-…)`.
    package var description: String {
        let context = [status.map(String.init), requestID].compactMap(\.self).joined(separator: ", ")
        return "\(serviceType): \(message)" + (context.isEmpty ? "" : " (\(context))")
    }
}
