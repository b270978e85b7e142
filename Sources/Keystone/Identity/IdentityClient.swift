package import HTTPTransport
import HTTPTypes
package import Loop
package import Telemetry

/// Keystone's tokens: get one, ask about one, revoke one.
///
/// Each call is one attempt; a question whose connection breaks is asked once more. What is thrown tells apart:
/// - `.credentialRefused`: Keystone knows the caller's own credential and says no (400, 401, 403)
/// - `.notFound`: the token asked about is none, is revoked, or has expired beyond what was allowed
/// - `.unauthorized`: the token that the question was asked with is not accepted; `.forbidden`: it may not ask
/// - `.identityUnavailable`: no answer, or none that makes sense; the reason is its `cause`
/// - `.cancelled`
///
/// May be used from anywhere, any number of times at once.
package struct IdentityClient: Sendable {
    private let discovery: VersionDiscovery
    private let transport: any Transport
    package let trust: TLSTrust
    let time: any TimeSource
    private let metrics: ServiceMetrics

    /// - Parameter authURL: with a version in its path it is taken as it is, else Keystone is asked where its v3 is.
    /// - Throws: `.invalidRequest` if it is no URL.
    package init(
        authURL: String, trust: TLSTrust = .system, transport: any Transport, time: any TimeSource,
        metrics: RequestMetrics = RequestMetrics()
    ) throws(ServiceError) {
        guard let base = BaseURL(authURL) else {
            // Not quoted: a password may stand in it.
            throw ServiceError(.invalidRequest, "auth_url is no http or https URL", serviceType: "identity")
        }
        self.metrics = metrics.service("identity")
        discovery = VersionDiscovery(
            base: base, transport: transport, trust: trust, time: time, metrics: self.metrics)
        self.transport = transport
        self.trust = trust
        self.time = time
    }

    /// Gets a token. The credential's own URL and trust are what this client was made from.
    package func authenticate(
        _ credential: Credential, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> Token {
        guard let body = try? AuthenticationRequest(credential).body() else {
            throw ServiceError(.invalidRequest, "the credential cannot be written as JSON", serviceType: "identity")
        }
        let (exchange, response, call) = try await send(.post, body: body, until: deadline)
        switch response.status.code {
        case 200, 201: break
        case 400, 401, 403:
            if response.status == .unauthorized { metrics.unauthorized(.credentialRefused) }
            let error = exchange.error(response, to: call, hiding: credential.secrets)
            throw ServiceError(
                .credentialRefused, "Keystone refuses the credential: \(error.message)", serviceType: "identity",
                operation: error.operation, status: error.status, requestID: error.requestID, cause: error)
        default: throw unavailable(exchange.error(response, to: call, hiding: credential.secrets))
        }
        guard let value = response.headerFields[.subjectToken], !value.isEmpty else {
            throw nonsense("Keystone's answer has no X-Subject-Token", response, call)
        }
        return try await token(Secret(value), response, call)
    }

    /// Asks about `subject` with the token `token`.
    ///
    /// - Parameters:
    ///   - allowExpired: also one that has expired, within Keystone's `allow_expired_window`.
    ///   - catalog: with the user's catalogue, which is most of the answer.
    package func validate(
        _ subject: Secret<String>, with token: Secret<String>, allowExpired: Bool, catalog: Bool = true,
        until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> Token {
        var fields: HTTPFields = [.authToken: token.reveal(), .subjectToken: subject.reveal()]
        // Says that we heed access rules; without it Keystone does not know a token that has some.
        fields[.accessRules] = "1"
        let query = [catalog ? nil : "nocatalog", allowExpired ? "allow_expired=1" : nil].compactMap(\.self)
            .joined(separator: "&")
        let (exchange, response, call) = try await ask(query, fields, until: deadline)
        switch response.status.code {
        case 200: break
        case 401, 403, 404:
            let error = exchange.error(response, to: call, hiding: [token, subject])
            // A 404 that is not Keystone's own says nothing about the token.
            throw error.isServicesOwnAnswer ? error : unavailable(error)
        default: throw unavailable(exchange.error(response, to: call, hiding: [token, subject]))
        }
        return try await self.token(subject, response, call)
    }

    /// Asks about `subject` with the daemon's own token, and if that one is refused, once more with another.
    package func validate(
        _ subject: Secret<String>, with tokens: ServiceTokenSource, allowExpired: Bool, catalog: Bool = true,
        until deadline: ContinuousClock.Instant, patience: ServiceTokenSource.Patience
    ) async throws(ServiceError) -> Token {
        var refusals = OpenRefusals(metrics)
        do throws(ServiceError) {
            return try await validate(
                subject, with: tokens, allowExpired: allowExpired, catalog: catalog, until: deadline,
                patience: patience, noting: &refusals)
        } catch {
            refusals.explain(UnauthorizedCause(error.code))
            throw error
        }
    }

    /// Ends `subject` before its time. One that is gone already is fine.
    package func revoke(
        _ subject: Secret<String>, with token: Secret<String>, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) {
        let fields: HTTPFields = [.authToken: token.reveal(), .subjectToken: subject.reveal()]
        let (exchange, response, call) = try await send(.delete, headerFields: fields, until: deadline)
        switch response.status.code {
        case 200..<300, 404: return
        case 401, 403: throw exchange.error(response, to: call, hiding: [token, subject])
        default: throw unavailable(exchange.error(response, to: call, hiding: [token, subject]))
        }
    }

    // MARK: - Private

    private func validate(
        _ subject: Secret<String>, with tokens: ServiceTokenSource, allowExpired: Bool, catalog: Bool,
        until deadline: ContinuousClock.Instant, patience: ServiceTokenSource.Patience,
        noting refusals: inout OpenRefusals
    ) async throws(ServiceError) -> Token {
        var own = try await tokens.token(until: deadline, patience: patience)
        var isSecondChance = false
        while true {
            do throws(ServiceError) {
                let token = try await validate(
                    subject, with: own.value, allowExpired: allowExpired, catalog: catalog, until: deadline)
                refusals.explain(.staleServiceToken)
                return token
            } catch {
                switch error.code {
                case .unauthorized: refusals.add()
                // What it says of the subject, it says to somebody it knows.
                case .notFound, .forbidden: refusals.explain(.staleServiceToken)
                default: break
                }
                guard error.code == .unauthorized, !isSecondChance else { throw error }
            }
            isSecondChance = true
            own = try await tokens.replacement(for: own, until: deadline, patience: patience)
        }
    }

    /// A question changes nothing, so that it may be asked again: a connection that was kept may be closed by Keystone in
    /// the moment in which it is used again.
    private func ask(
        _ query: String, _ fields: HTTPFields, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> (Exchange, TransportResponse, Exchange.Call) {
        do throws(ServiceError) {
            return try await send(.get, query: query, headerFields: fields, until: deadline)
        } catch {
            guard (error.cause as? ServiceError)?.code == .interrupted else { throw error }
        }
        return try await send(.get, query: query, headerFields: fields, until: deadline)
    }

    private func send(
        _ method: HTTPRequest.Method, query: String = "", headerFields: HTTPFields = [:], body: [UInt8]? = nil,
        until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> (Exchange, TransportResponse, Exchange.Call) {
        let base = try await endpoint(until: deadline)
        let exchange = Exchange(
            serviceType: "identity", base: base, transport: transport, trust: trust, time: time, metrics: metrics)
        let call = Exchange.Call(
            method: method, path: exchange.path(to: "auth/tokens"), query: query, headerFields: headerFields,
            body: body.map { .bytes($0) } ?? .none, deadline: deadline, bodyLimit: 4 << 20)
        do throws(ServiceError) {
            return (exchange, try await exchange.send(call), call)
        } catch {
            throw unavailable(error)
        }
    }

    private func unavailable(_ error: ServiceError) -> ServiceError {
        guard error.code != .cancelled else { return error }
        return ServiceError(
            .identityUnavailable, "Keystone does not answer: \(error.message)", serviceType: "identity",
            operation: error.operation, status: error.status, requestID: error.requestID, retryAfter: error.retryAfter,
            cause: error)
    }

    private func token(
        _ value: Secret<String>, _ response: TransportResponse, _ call: Exchange.Call
    ) async throws(ServiceError) -> Token {
        let token = await readDocument(ofSize: response.body.count) {
            TokenDocument.decode(response.body, value: value)
        }
        guard let token else { throw nonsense("Keystone's answer is not about a token", response, call) }
        return token
    }

    private func nonsense(_ message: String, _ response: TransportResponse, _ call: Exchange.Call) -> ServiceError {
        ServiceError(
            .identityUnavailable, message, serviceType: "identity", operation: call.operation,
            status: response.status.code, requestID: response.headerFields.requestID)
    }
}

extension IdentityClient: EndpointSource {
    /// Where Keystone's v3 is: for clients of the rest of its API.
    package func endpoint(
        for caller: any RequestAuthentication, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> BaseURL {
        try await endpoint(until: deadline)
    }

    private func endpoint(until deadline: ContinuousClock.Instant) async throws(ServiceError) -> BaseURL {
        do throws(ServiceError) {
            return try await discovery.endpoint(until: deadline)
        } catch {
            throw unavailable(error)
        }
    }
}
