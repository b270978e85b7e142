import HTTPTransport
import HTTPTypes
import Telemetry

extension ServiceError {
    /// The service's answer is a refusal, a failure, or points elsewhere.
    init(
        _ response: TransportResponse, to method: HTTPRequest.Method, serviceType: String, operation: String,
        requestID: String?, hiding secrets: [Secret<String>] = []
    ) {
        let status = response.status.code
        let isDocumented = ServiceErrorMessage.isDocument(response)
        let retryAfter = response.headerFields[.retryAfter].flatMap { Int($0) }.map { Duration.seconds(max(0, $0)) }
        // "It is gone" decides for good, and must be the service's own word: a balancer or web server in front of it says 404
        // of whatever it has no route for, but without the service's document. An answer to HEAD has no document anyway.
        let code = status == 404 && !isDocumented && method != .head ? .serverError : Self.code(status)
        self.init(
            code, ServiceErrorMessage.text(of: response, hiding: secrets), serviceType: serviceType,
            operation: operation, status: status, requestID: response.headerFields.requestID ?? requestID,
            retryAfter: retryAfter,
            // A refusal says that nothing was done; a failure says nothing of the kind, and a gateway's still less.
            requestMayHaveArrived: status >= 500 && !(status == 503 && isDocumented) || status == 408,
            isDocumented: isDocumented)
    }

    /// Whether the service itself has answered, so that what it says of the request holds: nothing stands between that
    /// could still bring the request to it.
    ///
    /// A 502 and a 504 are a gateway's. So is a 503, unless it brings a document of OpenStack's form, which gateways do not
    /// write; and a 404 that was not taken for the service's word.
    package var isServicesOwnAnswer: Bool {
        switch status {
        case nil, 502, 504: false
        case 503: isDocumented
        case 404: code != .serverError
        default: true
        }
    }

    private static func code(_ status: Int) -> Code {
        switch status {
        case 300..<400: .redirected
        case 400: .badRequest
        case 401: .unauthorized
        case 403: .forbidden
        case 404: .notFound
        case 408: .timedOut
        case 409: .conflict
        // Cinder, Nova and Manila say 413 of a quota; of too many requests too, but rate limits left them long ago.
        case 413: .overLimit
        case 429: .rateLimited
        case 503: .unavailable
        case 500...: .serverError
        default: .refused
        }
    }
}

extension HTTPFields {
    /// Of an answer's fields: the service's own id of the request.
    var requestID: String? {
        self[.openStackRequestID] ?? self[.computeRequestID]
    }
}
