package import HTTPTransport
import HTTPTypes
import Loop
import Telemetry

/// A session's way to one service: what its clients send their requests through.
///
/// The endpoint is found with the first request and kept. Here a request is sent again after a 401, as
/// `RequestAuthentication` has it, and after what `RetryPolicy` lists, within its deadline; what is thrown is what its last
/// attempt came to. Clients repeat nothing by themselves. Whether to try again later is for whoever knows what the request
/// was for, by the error's disposition and `requestMayHaveArrived`.
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
        let (response, call) = try await attempt(request, streamsAnswer: false) {
            (exchange, call) async throws(ServiceError) in try await exchange.send(call)
        }
        return ServiceResponse(
            status: response.status.code, headerFields: response.headerFields, body: response.body,
            sentRequestID: session.requestID, serviceType: serviceType, method: call.method, path: call.path)
    }

    /// The same as soon as the head of the answer is there; its body is then read piece by piece. What goes wrong with that
    /// is the reader's, and nothing is sent again.
    package func open(_ request: ServiceRequest) async throws(ServiceError) -> StreamedServiceResponse {
        let (response, call) = try await attempt(request, streamsAnswer: true) {
            (exchange, call) async throws(ServiceError) in try await exchange.open(call)
        }
        let requestID = response.headerFields.requestID ?? session.requestID
        return StreamedServiceResponse(
            status: response.status.code, headerFields: response.headerFields, requestID: requestID,
            body: ServiceResponseBody(
                body: response.body, serviceType: serviceType, operation: call.operation, requestID: requestID))
    }

    // MARK: - Private

    /// Sends `request` by `transmit`, as often as it may be, until there is an answer with a status below 300.
    private func attempt<Answer: TransportAnswer>(
        _ request: ServiceRequest, streamsAnswer: Bool,
        by transmit: @Sendable (Exchange, Exchange.Call) async throws(ServiceError) -> Answer
    ) async throws(ServiceError) -> (Answer, Exchange.Call) {
        var refusals = OpenRefusals(metrics)
        do throws(ServiceError) {
            return try await attempt(request, streamsAnswer: streamsAnswer, by: transmit, noting: &refusals)
        } catch {
            refusals.explain(UnauthorizedCause(error.code))
            throw error
        }
    }

    private func attempt<Answer: TransportAnswer>(
        _ request: ServiceRequest, streamsAnswer: Bool,
        by transmit: @Sendable (Exchange, Exchange.Call) async throws(ServiceError) -> Answer,
        noting refusals: inout OpenRefusals
    ) async throws(ServiceError) -> (Answer, Exchange.Call) {
        guard request.path.isValid else {
            throw ServiceError(
                .invalidRequest, "an id in the path is empty or no name", serviceType: serviceType,
                operation: "\(request.method.rawValue) \(request.path.encoded)", requestID: session.requestID)
        }
        var deadline = session.deadline(within: request.timeout)
        let base = try await endpoint.endpoint(for: session.authentication, until: deadline)
        let exchange = Exchange(
            serviceType: serviceType, base: base, transport: session.transport, trust: trust,
            time: session.time, metrics: metrics)
        var call = Exchange.Call(
            method: request.method, path: exchange.path(to: request.path.encoded), query: request.query,
            headerFields: headerFields(of: request), deadline: deadline, bodyLimit: request.bodyLimit)
        var credentials = try await session.authentication.credentials(until: deadline)
        var repeats = 0
        var isSecondChance = false
        while true {
            call.headerFields[.authToken] = credentials.token.reveal()
            if credentials.sendsServiceToken {
                call.headerFields[.serviceToken] = credentials.serviceToken.value.reveal()
            }
            let error: ServiceError
            do throws(ServiceError) {
                call.body = try await body(of: request)
                if streamsAnswer || request.source != nil {
                    call.stream(within: session, answerUntil: deadline, idleLimit: request.idleLimit)
                }
                let response = try await transmit(exchange, call)
                // Whoever says anything but 401 has let the caller in. (Of a 500 and the like one cannot tell.)
                if response.status.code < 500, response.status != .unauthorized {
                    session.authentication.accepted(credentials, by: serviceType)
                    refusals.explain(.staleServiceToken)
                }
                if response.status.code < 300 { return (response, call) }
                error = exchange.error(
                    await response.collected(), to: call, hiding: [credentials.token, credentials.serviceToken.value])
            } catch let failure {
                error = failure
            }
            // However long a body was under way, what follows has its own time.
            if request.source != nil { deadline = session.deadline(within: request.timeout) }
            if error.code == .unauthorized {
                refusals.add()
                if isSecondChance { throw await explained(error, credentials, until: deadline) }
                isSecondChance = true
                credentials = try await session.authentication.replacement(for: credentials, until: deadline)
                guard request.source?.isWhole ?? true else { throw unrepeatable(error) }
                continue
            }
            guard request.source?.isWhole ?? true else { throw error }
            try await pause(after: error, method: request.method, repeats: repeats, until: deadline)
            repeats += 1
            metrics.retried()
            // The token in hand may have been renewed during the pause.
            credentials = try await session.authentication.credentials(until: deadline)
        }
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

    /// The body for one attempt, from its beginning.
    private func body(of request: ServiceRequest) async throws(ServiceError) -> RequestBody {
        switch request.body {
        case .none: return .none
        case .json(let document): return .bytes(document)
        case .stream(let source):
            do {
                return .stream(length: source.length, next: try await source.producer())
            } catch {
                throw ServiceError(
                    .invalidRequest, "the source of the request's body cannot be opened", serviceType: serviceType,
                    operation: "\(request.method.rawValue) \(request.path.encoded)", requestID: session.requestID,
                    cause: error)
            }
        }
    }

    /// A 401 after which there is no body any more to send with other tokens.
    private func unrepeatable(_ error: ServiceError) -> ServiceError {
        ServiceError(
            error.code,
            "the service refused the tokens, and the body cannot be sent again: its source is read only once",
            serviceType: serviceType, operation: error.operation, status: error.status, requestID: error.requestID)
    }

    /// Returns when the request may be sent again, and throws `error` if it may not.
    private func pause(
        after error: ServiceError, method: HTTPRequest.Method, repeats: Int, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) {
        let now = session.time.now()
        let pause = session.retries.pause(
            after: error, method: method, repeats: repeats, left: now.duration(to: deadline),
            jitter: session.jitter.next())
        guard let pause else { throw error }
        do throws(CancellationError) {
            try await session.time.sleep(until: now + pause)
        } catch {
            throw ServiceError(
                .cancelled, "the request was cancelled", serviceType: serviceType, requestID: session.requestID)
        }
    }

    private func explained(
        _ error: ServiceError, _ credentials: RequestCredentials, until deadline: ContinuousClock.Instant
    ) async -> ServiceError {
        let refusal = await session.authentication.explainRefusal(
            of: credentials, by: serviceType, until: deadline)
        return ServiceError(
            refusal.code, refusal.message, serviceType: serviceType, operation: error.operation, status: error.status,
            requestID: error.requestID, cause: refusal.cause)
    }
}
