import HTTPTypes
import Loop

/// A service on 127.0.0.1 behind keystonemiddleware, as far as a client sees of it.
///
/// A request must have a token that `keystone` accepts. With a service token it may have expired; the service token
/// itself must be valid and have the role `service`, else the request is refused, as newer middleware does.
package final class ScriptedService: Sendable {
    package typealias Answer = @Sendable (ScriptedRequest) -> ScriptedResponse

    private final class Gate: Sendable {
        let refusesAll = Locked(false)
        let seesServiceTokens = Locked(true)
    }

    private let gate: Gate
    private let server: ScriptedServer

    package init(keystone: ScriptedKeystone, answering answer: @escaping Answer) throws {
        let gate = Gate()
        self.gate = gate
        server = try ScriptedServer(answering: { request in
            let seesServiceTokens = gate.seesServiceTokens.withLock { $0 }
            guard !gate.refusesAll.withLock({ $0 }), Self.isAuthentic(request, keystone, seesServiceTokens) else {
                return ScriptedResponse(401, [.contentType: "text/plain"], text: "Authentication required")
            }
            return answer(request)
        })
    }

    package var authority: String { server.authority }
    package var url: String { "http://\(authority)" }
    package var requests: [ScriptedRequest] { server.requests }

    /// Answers 401 to everything, as a service does whose own Keystone is out of reach.
    package func set(refusesAll: Bool) { gate.refusesAll.withLock { $0 = refusesAll } }

    /// Whether service tokens reach it; some proxies take them out.
    package func set(seesServiceTokens: Bool) { gate.seesServiceTokens.withLock { $0 = seesServiceTokens } }

    package func stop() { server.stop() }

    private static func isAuthentic(
        _ request: ScriptedRequest, _ keystone: ScriptedKeystone, _ seesServiceTokens: Bool
    ) -> Bool {
        guard let token = request.headerFields[HTTPField.Name("X-Auth-Token")!] else { return false }
        guard seesServiceTokens, let service = request.headerFields[HTTPField.Name("X-Service-Token")!] else {
            return keystone.accepts(token)
        }
        return keystone.roles(of: service).contains("service") && keystone.accepts(token, allowExpired: true)
    }
}
