package import HTTPTransport
import HTTPTypes
import Telemetry

extension ServiceError {
    /// The service's answer is a refusal, a failure, or points elsewhere.
    init(
        _ response: TransportResponse, serviceType: String, operation: String, requestID: String?,
        hiding secrets: [Secret<String>] = []
    ) {
        let status = response.status.code
        let retryAfter = response.headerFields[.retryAfter].flatMap { Int($0) }.map { Duration.seconds(max(0, $0)) }
        let code = Self.code(status)
        self.init(
            code, ServiceErrorMessage.text(of: response, hiding: secrets), serviceType: serviceType,
            operation: operation, status: status, requestID: response.requestID ?? requestID, retryAfter: retryAfter,
            // A refusal says that nothing was done; a failure says nothing of the kind, and a gateway's still less.
            requestMayHaveArrived: status >= 500 && status != 503)
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

extension TransportResponse {
    /// The service's own id of the request.
    package var requestID: String? {
        headerFields[.openStackRequestID] ?? headerFields[.computeRequestID]
    }
}
