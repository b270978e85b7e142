package import Loop

/// Why there is no answer, or no whole one.
package struct TransportError: Error, Sendable {
    /// A small closed set; the raw values are metric labels.
    package enum Code: String, Sendable, CaseIterable {
        case resolve
        case connect
        case tls
        case timeout
        case cancelled
        /// The connection ended before the answer did.
        case reset
        case headersTooLarge = "headers_too_large"
        case bodyTooLarge = "body_too_large"
        case malformedResponse = "malformed_response"
        case invalidRequest = "invalid_request"
        case redirect
        /// The producer of the request's body failed or did not keep to its length.
        case bodySource = "body_source"
        /// More requests wait for this server than the transport lets wait.
        case overloaded
        case shutdown
        /// libcurl failed in a way that none of the others names.
        case library
    }

    package let code: Code
    package let disposition: Disposition
    /// For people: what happened, with host and port, never with path, query or header values.
    package let message: String
    /// False only if no byte of the request can have reached the server, so that repeating it is always safe.
    package let requestMayHaveArrived: Bool
    /// What the request's body producer threw, for `.bodySource`.
    package let cause: (any Error)?

    package init(
        _ code: Code, _ message: String, disposition: Disposition? = nil, requestMayHaveArrived: Bool,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.disposition = disposition ?? code.usualDisposition
        self.message = message
        self.requestMayHaveArrived = requestMayHaveArrived
        self.cause = cause
    }
}

extension TransportError.Code {
    var usualDisposition: Disposition {
        switch self {
        case .resolve, .connect, .timeout, .cancelled, .reset, .overloaded, .shutdown, .library, .malformedResponse:
            .transient
        case .tls, .headersTooLarge, .bodyTooLarge, .redirect, .bodySource: .permanent
        case .invalidRequest: .callersFault
        }
    }
}

extension TransportError: CustomStringConvertible {
    package var description: String { "\(code.rawValue): \(message)" }
}
