import FoundationEssentials
import HTTPTypes
import Loop
import TestSupport

/// Keystone and Cinder: they outlive all lives, and go on by themselves.
final class SimulatedCloud {
    static let keystone = "keystone.test"
    static let cinder = "cinder.test"
    static let daemon = "karbor"

    let keystone: ScriptedKeystone.Desk
    let cinder: SimulatedCinder
    /// Requests that will still arrive.
    var underWay = 0

    init(keystone: ScriptedKeystone.Desk, cinder: SimulatedCinder) {
        self.keystone = keystone
        self.cinder = cinder
    }

    /// Whether nothing will change any more unless somebody asks for it.
    var isAtRest: Bool { underWay == 0 && cinder.inTransition == 0 }

    func answer(_ request: ScriptedRequest, at authority: String) -> ScriptedResponse {
        guard authority != Self.keystone else { return keystone.answer(request) }
        let token = request.headerFields[HTTPField.Name("X-Auth-Token")!] ?? ""
        let serviceToken = request.headerFields[HTTPField.Name("X-Service-Token")!]
        let isServices = serviceToken.map { keystone.roles(of: $0).contains("service") } ?? false
        guard serviceToken == nil || isServices, keystone.accepts(token, allowExpired: isServices) else {
            return ScriptedResponse(401, [.contentType: "text/plain"], text: "Authentication required")
        }
        return cinder.answer(request)
    }
}
