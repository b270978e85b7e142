import HTTPTransport
import HTTPTypes
import Loop
import Telemetry

/// One request to one service, sent once, with its outcome in the words of `ServiceError`.
struct Exchange: Sendable {
    let serviceType: String
    let base: BaseURL
    let transport: any Transport
    let trust: TLSTrust
    let time: any TimeSource
    let metrics: ServiceMetrics

    struct Call: Sendable {
        var method: HTTPRequest.Method
        /// Percent-encoded, from the root: see `path(to:)`.
        var path: String
        var query: String = ""
        var headerFields: HTTPFields = [:]
        var body: [UInt8]?
        var deadline: ContinuousClock.Instant
        var bodyLimit = 16 << 20

        /// Method and path, for errors.
        var operation: String { "\(method.rawValue) \(path)" }
    }

    /// The path of what lies at `relative` below the service's endpoint; of the endpoint itself if that is empty.
    func path(to relative: String) -> String {
        relative.isEmpty ? (base.path.isEmpty ? "/" : base.path) : base.path + "/" + relative
    }

    /// The answer, whatever its status is. Throws where there is none.
    func send(_ call: Call) async throws(ServiceError) -> TransportResponse {
        var head = HTTPRequest(
            method: call.method, scheme: base.scheme, authority: base.authority,
            path: call.query.isEmpty ? call.path : call.path + "?" + call.query, headerFields: call.headerFields)
        if !head.headerFields.contains(.accept) { head.headerFields[.accept] = "application/json" }
        if call.body != nil { head.headerFields[.contentType] = "application/json" }
        let request = TransportRequest(
            head, body: call.body.map { .bytes($0) } ?? .none, deadline: call.deadline, bodyLimit: call.bodyLimit,
            trust: trust, redirects: .sameOrigin(max: 5))
        let began = time.now()
        do throws(TransportError) {
            let response = try await transport.send(request)
            metrics.attempted(call.method, status: response.status.code, took: began.duration(to: time.now()))
            return response
        } catch {
            metrics.attempted(call.method, status: nil, took: began.duration(to: time.now()))
            throw ServiceError(
                error, serviceType: serviceType, operation: call.operation,
                requestID: call.headerFields[.openStackRequestID])
        }
    }

    /// The error that an answer with a status of 300 or more is.
    func error(_ response: TransportResponse, to call: Call, hiding secrets: [Secret<String>]) -> ServiceError {
        ServiceError(
            response, to: call.method, serviceType: serviceType, operation: call.operation,
            requestID: call.headerFields[.openStackRequestID], hiding: secrets)
    }
}
