import HTTPTransport
import Keystone
import Logging
import Loop
import OpenStack
import Telemetry

/// A transport that reaches nobody: for tests whose plugins work on a `World`.
struct NoCloud: Transport {
    func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse { throw Self.error }
    func open(_ request: TransportRequest) async throws(TransportError) -> StreamingResponse { throw Self.error }

    private static var error: TransportError {
        TransportError(.connect, "there is no cloud here", requestMayHaveArrived: false)
    }

    static func clients(loop: Loop, time: any TimeSource) throws -> ClientEnvironment {
        let identity = try IdentityClient(authURL: "http://127.0.0.1:1", transport: NoCloud(), time: time)
        let tokens = ServiceTokenSource(
            issuer: TokenIssuer { _ throws(ServiceError) in
                throw ServiceError(.unreachable, "there is no Keystone here", serviceType: "identity")
            }, loop: loop, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return ClientEnvironment(transport: NoCloud(), tokens: tokens, identity: identity, time: time)
    }
}
