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
    /// `volume 3.43`, sent as `OpenStack-API-Version`.
    private let microversion: String?

    package init(
        session: Session, serviceType: String, endpoint: any EndpointSource, trust: TLSTrust = .system,
        microversion: String? = nil
    ) {
        self.session = session
        self.serviceType = serviceType
        self.endpoint = endpoint
        self.trust = trust
        self.microversion = microversion
    }

    /// Sends `request` and returns the answer, if its status is below 300.
    package func send(_ request: ServiceRequest) async throws(ServiceError) -> ServiceResponse {
        guard request.path.isValid else {
            throw ServiceError(
                .invalidRequest, "an id in the path is empty or no name", serviceType: serviceType,
                operation: "\(request.method.rawValue) \(request.path.encoded)", requestID: session.requestID)
        }
        let timeout = session.time.now() + request.timeout
        let deadline = session.deadline.map { min($0, timeout) } ?? timeout
        let base = try await endpoint.endpoint(for: session.authentication, until: deadline)
        let exchange = Exchange(serviceType: serviceType, base: base, transport: session.transport, trust: trust)
        var call = Exchange.Call(
            method: request.method, path: exchange.path(to: request.path.encoded), query: request.query,
            headerFields: headerFields(request), body: request.body, deadline: deadline, bodyLimit: request.bodyLimit)
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
                let response = try await exchange.send(call)
                // Whoever says anything but 401 has let the caller in. (Of a 500 and the like one cannot tell.)
                if response.status.code < 500, response.status != .unauthorized {
                    session.authentication.accepted(credentials, by: serviceType)
                }
                if response.status.code < 300 { return answer(response, to: call) }
                error = exchange.error(response, to: call, hiding: [credentials.token, credentials.serviceToken.value])
            } catch let failure {
                error = failure
            }
            if error.code == .unauthorized {
                if isSecondChance { throw await explained(error, credentials, until: deadline) }
                isSecondChance = true
                credentials = try await session.authentication.replacement(for: credentials, until: deadline)
                continue
            }
            try await pause(after: error, method: request.method, repeats: repeats, until: deadline)
            repeats += 1
            // The token in hand may have been renewed during the pause.
            credentials = try await session.authentication.credentials(until: deadline)
        }
    }

    // MARK: - Private

    private func headerFields(_ request: ServiceRequest) -> HTTPFields {
        var fields = request.headerFields
        fields[.openStackRequestID] = session.requestID
        if let microversion { fields[.openStackAPIVersion] = microversion }
        return fields
    }

    private func answer(_ response: TransportResponse, to call: Exchange.Call) -> ServiceResponse {
        ServiceResponse(
            status: response.status.code, headerFields: response.headerFields, body: response.body,
            requestID: response.requestID ?? session.requestID, serviceType: serviceType,
            method: call.method, path: call.path)
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
