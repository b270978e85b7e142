import HTTPTransport
import Logging
import TestSupport
import Testing

@testable import Keystone

/// A Keystone or a service with a certificate that must not be trusted: it gets neither password nor token, and the error
/// says what is wrong with it.
@Suite struct UntrustedPeerTests {
    enum Fault: CaseIterable {
        case unknown, elsewhere, expired

        /// What OpenSSL and libcurl say of it.
        var words: String {
            switch self {
            case .unknown: "self-signed certificate"
            case .elsewhere: "no alternative certificate subject name matches"
            case .expired: "certificate has expired"
            }
        }

        func make(_ certificates: TestCertificates) throws -> (TestCertificates.Pair, TLSTrust) {
            switch self {
            case .unknown: return (try certificates.selfSigned(for: "IP:127.0.0.1"), .system)
            case .elsewhere:
                let pair = try certificates.selfSigned(for: "DNS:elsewhere.example")
                return (pair, .file(pair.certificate))
            case .expired:
                let pair = try certificates.expired(for: "IP:127.0.0.1")
                return (pair, .file(pair.certificate))
            }
        }
    }

    let read = ServiceRequest(.get, "volumes", timeout: .seconds(30))

    /// A proxy before what listens at `authority`, with a certificate that has the fault.
    func proxy(_ authority: String, _ fault: Fault, _ certificates: TestCertificates) throws -> (TLSProxy, TLSTrust) {
        let (pair, trust) = try fault.make(certificates)
        let port = try #require(authority.split(separator: ":").last.flatMap { Int($0) })
        return (try TLSProxy(target: port, certificate: pair.certificate, key: pair.key), trust)
    }

    @Test(arguments: Fault.allCases)
    func `a Keystone that is not trusted gets no password, and requests fail with the reason`(fault: Fault) async throws
    {
        try await withRig(startsTokens: false) { rig in
            let certificates = try TestCertificates()
            let (proxy, trust) = try proxy(rig.keystone.authority, fault, certificates)
            let identity = try IdentityClient(
                authURL: "https://127.0.0.1:\(proxy.port)/v3", trust: trust, transport: rig.transport, time: rig.loop)
            let tokens = ServiceTokenSource(
                issuer: TokenIssuer(identity: identity, credential: rig.credential), loop: rig.loop,
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            tokens.start()
            defer { tokens.stop() }
            let error = try await serviceError {
                _ = try await tokens.token(until: rig.deadline(), patience: .oneAttempt)
            }
            #expect(error.code == .identityUnavailable && error.message.contains(fault.words), "\(error)")
            #expect((error.cause as? ServiceError)?.code == .untrusted)
            #expect(tokens.status.summary.contains(fault.words))
            #expect(rig.keystone.requests.isEmpty)
        }
    }

    @Test(arguments: Fault.allCases)
    func `a service that is not trusted gets no token, and the error says why`(fault: Fault) async throws {
        try await withRig { rig in
            let certificates = try TestCertificates()
            let service = try rig.emptyService()
            let (proxy, trust) = try proxy(service.authority, fault, certificates)
            let adapter = ServiceAdapter(
                session: rig.session(try await rig.context(life: .seconds(60))), serviceType: "volumev3",
                endpoint: FixedEndpoint(try #require(BaseURL("https://127.0.0.1:\(proxy.port)/v3/demo-id"))),
                trust: trust)
            let error = try await serviceError { _ = try await adapter.send(read) }
            #expect(error.code == .untrusted && error.disposition == .permanent && !error.requestMayHaveArrived)
            #expect(error.message.contains(fault.words), "\(error)")
            #expect(service.requests.isEmpty)
        }
    }
}
