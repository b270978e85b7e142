import Engine
import HTTPTypes
package import Hummingbird
import Logging
import Loop
import Telemetry

/// Takes a request from its head to its answer: identifies it, finds its caller, routes it, answers every failure in
/// Karbor's form, and writes the log's line.
///
/// The caller is found before the body is read, so that nobody unknown makes us hold anything.
package struct APIResponder: HTTPResponder {
    package typealias Context = RequestScope

    private let routes: RouterResponder<RequestScope>
    private let configuration: APIConfiguration
    private let services: APIServices
    private let log: RequestLog

    init(
        routes: RouterResponder<RequestScope>, configuration: APIConfiguration, services: APIServices, log: RequestLog
    ) {
        self.routes = routes
        self.configuration = configuration
        self.services = services
        self.log = log
    }

    package func respond(to request: Request, context: RequestScope) async throws -> Response {
        let began = services.time.now()
        var scope = context
        var response: Response
        do {
            response = try await answer(request, in: &scope)
        } catch let broken as BrokenBody {
            // What the server answers, if there is anybody left to answer to.
            log.record(request.method, scope: scope, status: .badRequest, took: services.time.now() - began)
            throw broken.cause
        }
        for name in Self.requestIDHeaders { response.headers[name] = scope.requestID }
        log.record(request.method, scope: scope, status: response.status, took: services.time.now() - began)
        return response
    }

    private static let requestIDHeaders = ["X-Openstack-Request-Id", "X-Compute-Request-Id"]
        .compactMap { HTTPField.Name($0) }

    private func answer(_ request: Request, in scope: inout RequestScope) async throws -> Response {
        guard request.head.path?.utf8.count ?? 0 <= configuration.limits.targetBytes else {
            return .json(APIError.targetTooLong.body, status: APIError.targetTooLong.status)
        }
        let target = RequestTarget(request.uri)
        scope.links = LinkBase(
            request.head, hasPrefix: target.hasPrefix, override: configuration.baseURL,
            fallback: "\(configuration.host):\(configuration.port)")
        do {
            if target.needsCaller { scope.caller = try await caller(of: request, in: scope) }
            return try await routes.respond(
                to: target.applied(to: request).inviting(over: scope.channel), context: scope)
        } catch let broken as BrokenBody {
            throw broken
        } catch {
            let refusal = APIError(cause: error, identityURI: configuration.wwwAuthenticateURI)
            explain(error, refusal, scope)
            return .json(refusal.body, status: refusal.status, headers: refusal.headers)
        }
    }

    /// Says in the log what the answer does not.
    private func explain(_ error: any Error, _ refusal: APIError, _ scope: RequestScope) {
        guard !(error is APIError) else { return }
        switch refusal.kind {
        case .fault: log.explain("\(error)", "a request could not be answered", level: .error, scope: scope)
        case .unavailable: log.explain("\(error)", "a request could not be answered", level: .warning, scope: scope)
        default:
            guard let fault = error as? ServiceFault, fault.detail != nil else { return }
            log.explain("\(fault)", "a request was refused", level: .info, scope: scope)
        }
    }

    private func caller(of request: Request, in scope: RequestScope) async throws(APIError) -> Caller {
        let credentials = PresentedCredentials(
            token: request.secret("X-Auth-Token"), serviceToken: request.secret("X-Service-Token"),
            requestID: scope.requestID, remoteAddress: address(of: request, in: scope))
        do {
            return try await services.authenticator.authenticate(credentials)
        } catch {
            switch error {
            case .unauthenticated(let reason):
                log.explain(reason, "a caller was refused", level: .info, scope: scope)
            case .unavailable(let reason, _):
                log.explain(reason, "a caller could not be authenticated", level: .warning, scope: scope)
            }
            throw APIError(error, identityURI: configuration.wwwAuthenticateURI)
        }
    }

    /// The peer's address, or where the operator says so what a proxy says of it.
    private func address(of request: Request, in scope: RequestScope) -> String? {
        guard configuration.usesForwardedFor, let name = HTTPField.Name("X-Forwarded-For"),
            let forwarded = request.headers[name]
        else { return scope.peerAddress }
        return String(forwarded.prefix(255))
    }
}

extension Request {
    fileprivate func secret(_ header: String) -> Secret<String>? {
        guard let name = HTTPField.Name(header), let value = headers[name], !value.isEmpty,
            // No token has anything else, and what has is long to compare.
            value.utf8.allSatisfy({ $0 < 0x80 })
        else { return nil }
        return Secret(value)
    }
}
