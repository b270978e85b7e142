import Engine
import Keystone
import Loop
import Telemetry

@testable import API

/// Knows a few tokens by heart.
final class FakeCallers: Authenticator {
    static let project = "f5b331114d114003ace39727aca7b044"
    static let otherProject = "11a1bf26c567437c9816175df71c95a2"

    /// Whether Keystone answers.
    let isDown = Locked(false)
    let presented = Locked<[PresentedCredentials]>([])

    /// All that was presented, in order.
    var all: [PresentedCredentials] { presented.withLock { $0 } }

    func authenticate(_ credentials: PresentedCredentials) throws(AuthenticationFault) -> Caller {
        presented.withLock { $0.append(credentials) }
        if isDown.withLock({ $0 }) {
            throw .unavailable(reason: "connection refused", retryAfter: .seconds(7))
        }
        switch credentials.token?.reveal() {
        case "member-token": return Self.caller("member", project: Self.project, credentials)
        case "admin-token": return Self.caller("Admin", project: Self.project, credentials)
        case "other-token": return Self.caller("member", project: Self.otherProject, credentials)
        case "unscoped-token": return Self.caller("member", project: nil, credentials)
        case nil: throw .unauthenticated(reason: "no token")
        default: throw .unauthenticated(reason: "unknown token")
        }
    }

    /// Whoever has that token, as a request of theirs would make them known.
    static func caller(_ who: String) throws -> Caller {
        try FakeCallers().authenticate(
            PresentedCredentials(
                token: Secret(who + "-token"), serviceToken: nil, requestID: "req-1", remoteAddress: nil))
    }

    private static func caller(_ role: String, project: String?, _ credentials: PresentedCredentials) -> Caller {
        var token = Token(value: credentials.token ?? Secret(""), user: Token.Principal(id: "u-\(role)"))
        token.project = project.map { Token.Principal(id: $0) }
        token.roles = [Token.Role(name: role)]
        return Caller(
            RequestContext(
                token: token, requestID: credentials.requestID, remoteAddress: credentials.remoteAddress))
    }
}
