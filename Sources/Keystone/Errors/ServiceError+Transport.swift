import HTTPTransport

extension ServiceError {
    /// There was no answer.
    init(_ error: TransportError, serviceType: String, operation: String, requestID: String?) {
        let code: Code
        switch error.code {
        case .resolve, .connect: code = .unreachable
        case .tls: code = .untrusted
        case .timeout: code = .timedOut
        case .cancelled, .shutdown: code = .cancelled
        case .reset, .library: code = .interrupted
        case .headersTooLarge, .bodyTooLarge: code = .responseTooLarge
        case .malformedResponse: code = .invalidResponse
        case .invalidRequest, .bodySource: code = .invalidRequest
        case .redirect: code = .redirected
        case .overloaded: code = .unavailable
        }
        self.init(
            code, error.message, serviceType: serviceType, operation: operation, requestID: requestID,
            disposition: error.disposition, requestMayHaveArrived: error.requestMayHaveArrived, cause: error)
    }
}
