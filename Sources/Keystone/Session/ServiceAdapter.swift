package import HTTPTransport
import HTTPTypes

/// A session's way to one service: what its clients send their requests through.
///
/// The endpoint is found with the first request and kept. A request is sent again where `RequestAttempts` has it, within its
/// deadline; what is thrown is what its last attempt came to. Clients repeat nothing by themselves. Whether to try again
/// later is for whoever knows what the request was for, by the error's disposition and `requestMayHaveArrived`.
package struct ServiceAdapter: Sendable {
    package let session: Session
    package let serviceType: String
    private let endpoint: any EndpointSource
    private let trust: TLSTrust
    /// What every request has: its id, the microversion. Made once, since making a field costs as much as sending it.
    private let headerFields: HTTPFields
    private let metrics: ServiceMetrics

    /// - Parameter microversion: `volume 3.43`, sent as `OpenStack-API-Version`.
    package init(
        session: Session, serviceType: String, endpoint: any EndpointSource, trust: TLSTrust = .system,
        microversion: String? = nil
    ) {
        self.session = session
        self.serviceType = serviceType
        self.endpoint = endpoint
        self.trust = trust
        var fields: HTTPFields = [.openStackRequestID: session.requestID]
        if let microversion { fields[.openStackAPIVersion] = microversion }
        headerFields = fields
        metrics = session.metrics.service(serviceType)
    }

    /// Sends `request` and returns the answer, if its status is below 300.
    package func send(_ request: ServiceRequest) async throws(ServiceError) -> ServiceResponse {
        var attempts = try await attempts(at: request, streamsAnswer: false)
        let (response, call) = try await attempts.answer { (exchange, call) async throws(ServiceError) in
            try await exchange.send(call)
        }
        return ServiceResponse(response, to: call, serviceType: serviceType, sentRequestID: session.requestID)
    }

    /// The same as soon as the head of the answer is there; its body is then read piece by piece. What goes wrong with that
    /// is the reader's, and nothing is sent again.
    package func open(_ request: ServiceRequest) async throws(ServiceError) -> StreamedServiceResponse {
        var attempts = try await attempts(at: request, streamsAnswer: true)
        let (response, call) = try await attempts.answer { (exchange, call) async throws(ServiceError) in
            try await exchange.open(call)
        }
        let requestID = response.headerFields.requestID ?? session.requestID
        return StreamedServiceResponse(
            status: response.status.code, headerFields: response.headerFields, requestID: requestID,
            body: ServiceResponseBody(
                body: response.body, serviceType: serviceType, operation: call.operation, requestID: requestID))
    }

    // MARK: - Private

    private func attempts(
        at request: ServiceRequest, streamsAnswer: Bool
    ) async throws(ServiceError) -> RequestAttempts {
        guard request.path.isValid else {
            throw ServiceError(
                .invalidRequest, "an id in the path is empty or no name", serviceType: serviceType,
                operation: "\(request.method.rawValue) \(request.path.encoded)", requestID: session.requestID)
        }
        let deadline = session.deadline(within: request.timeout)
        let base = try await endpoint.endpoint(for: session.authentication, until: deadline)
        let exchange = Exchange(
            serviceType: serviceType, base: base, transport: session.transport, trust: trust,
            time: session.time, metrics: metrics)
        let call = Exchange.Call(
            method: request.method, path: exchange.path(to: request.path.encoded), query: request.query,
            headerFields: headerFields(of: request), deadline: deadline, bodyLimit: request.bodyLimit)
        return RequestAttempts(
            request, in: session, by: exchange, call: call,
            credentials: try await session.authentication.credentials(until: deadline), streamsAnswer: streamsAnswer)
    }

    private func headerFields(of request: ServiceRequest) -> HTTPFields {
        guard !request.headerFields.isEmpty || request.source != nil else { return headerFields }
        var fields = request.headerFields
        // Both tokens, and what is accepted, are still to come.
        fields.reserveCapacity(fields.count + headerFields.count + 4)
        if let source = request.source { fields[.contentType] = source.contentType }
        for field in headerFields { fields[field.name] = field.value }
        return fields
    }
}
