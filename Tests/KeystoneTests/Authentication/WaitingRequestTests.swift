import Logging
import Telemetry
import TestSupport
import Testing

@testable import Keystone

/// Requests that wait for the first service token, over real sockets: each for itself.
@Suite struct WaitingRequestTests {
    @Test func `one leaves at its deadline, one when it is cancelled, and the renewal goes on for the third`()
        async throws
    {
        try await withRig(startsTokens: false) { rig in
            let keystone = HeldTransport(rig.transport)
            let identity = try IdentityClient(authURL: rig.keystone.authURL, transport: keystone, time: rig.time)
            let tokens = ServiceTokenSource(
                issuer: TokenIssuer(identity: identity, credential: rig.credential), loop: rig.loop,
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            tokens.start()
            defer { tokens.stop() }
            let service = try rig.emptyService()
            let session = Session(
                authentication: ServiceUserAuth(tokens: tokens), transport: rig.transport, time: rig.time,
                requestID: "req-1")
            let adapter = try rig.adapter(session, service)
            func begin(timeout: Duration) -> Task<ServiceResponse, any Error> {
                Task { try await adapter.send(ServiceRequest(.get, "volumes", timeout: timeout)) }
            }
            let (hasty, leaving) = (begin(timeout: .milliseconds(100)), begin(timeout: .seconds(60)))
            let staying = begin(timeout: .seconds(60))
            try await eventually { tokens.status.statistics.requestsThatWaited == 3 && keystone.held == 1 }
            leaving.cancel()
            #expect(try await serviceError { _ = try await leaving.value }.code == .cancelled)
            #expect(try await serviceError { _ = try await hasty.value }.code == .identityUnavailable)
            #expect(tokens.current == nil && service.requests.isEmpty, "neither waited for Keystone")
            keystone.release()
            #expect(try await staying.value.status == 200)
            #expect(rig.keystone.authentications == 1 && service.requests.count == 1)
        }
    }
}
