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
        /// A JSON document, unless a `Content-Type` says something else.
        var body: RequestBody = .none
        var deadline: ContinuousClock.Instant
        /// Limits within the deadline: see `TransportRequest`.
        var answerTimeout: Duration?
        var idleLimit: Duration?
        var bodyLimit = 16 << 20

        /// Lets bodies take as long as the session does, while the head of the answer is still there in time and nothing
        /// stands still for long.
        mutating func stream(within session: Session, answerUntil time: ContinuousClock.Instant, idleLimit: Duration) {
            let now = session.time.now()
            deadline = session.deadline ?? now + .seconds(7 * 86_400)
            answerTimeout = now.duration(to: time)
            self.idleLimit = idleLimit
        }

        /// Method and path, for errors.
        var operation: String { "\(method.rawValue) \(path)" }
    }

    /// The path of what lies at `relative` below the service's endpoint; of the endpoint itself if that is empty.
    func path(to relative: String) -> String {
        relative.isEmpty ? (base.path.isEmpty ? "/" : base.path) : base.path + "/" + relative
    }

    /// The answer, whatever its status is. Throws where there is none.
    func send(_ call: Call) async throws(ServiceError) -> TransportResponse {
        let request = request(call, accept: "application/json")
        return try await counted(call) { () async throws(TransportError) in try await transport.send(request) }
    }

    /// The same as soon as its head is there.
    func open(_ call: Call) async throws(ServiceError) -> StreamingResponse {
        let request = request(call, accept: "*/*")
        return try await counted(call) { () async throws(TransportError) in try await transport.open(request) }
    }

    private func counted<Answer: TransportAnswer>(
        _ call: Call, _ transmit: () async throws(TransportError) -> Answer
    ) async throws(ServiceError) -> Answer {
        let began = time.now()
        do throws(TransportError) {
            let answer = try await transmit()
            metrics.attempted(call.method, status: answer.status.code, took: began.duration(to: time.now()))
            return answer
        } catch {
            metrics.attempted(call.method, status: nil, took: began.duration(to: time.now()))
            throw self.error(error, to: call)
        }
    }

    private func request(_ call: Call, accept: String) -> TransportRequest {
        var head = HTTPRequest(
            method: call.method, scheme: base.scheme, authority: base.authority,
            path: call.query.isEmpty ? call.path : call.path + "?" + call.query, headerFields: call.headerFields)
        if !head.headerFields.contains(.accept) { head.headerFields[.accept] = accept }
        if case .bytes = call.body, !head.headerFields.contains(.contentType) {
            head.headerFields[.contentType] = "application/json"
        }
        var request = TransportRequest(
            head, body: call.body, deadline: call.deadline, bodyLimit: call.bodyLimit, trust: trust,
            redirects: .sameOrigin(max: 5))
        request.answerTimeout = call.answerTimeout
        request.idleLimit = call.idleLimit
        request.expectsContinue = true
        return request
    }

    /// The error that an answer is which did not come, or not to its end.
    private func error(_ error: TransportError, to call: Call) -> ServiceError {
        ServiceError(
            error, serviceType: serviceType, operation: call.operation,
            requestID: call.headerFields[.openStackRequestID])
    }

    /// The error that an answer with a status of 300 or more is.
    func error(_ response: TransportResponse, to call: Call, hiding secrets: [Secret<String>]) -> ServiceError {
        ServiceError(
            response, to: call.method, serviceType: serviceType, operation: call.operation,
            requestID: call.headerFields[.openStackRequestID], hiding: secrets)
    }
}
