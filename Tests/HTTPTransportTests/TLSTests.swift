import HTTPTransport
import HTTPTypes
import TestSupport
import Testing

@Suite struct TLSTests {
    private let certificates: TestCertificates
    private let server: ScriptedServer

    init() throws {
        certificates = try TestCertificates()
        server = try ScriptedServer { ScriptedResponse(200, text: $0.path) }
    }

    private func send(to port: Int, trusting trust: TLSTrust, host: String = "127.0.0.1") async throws {
        var asked = request(.get, "\(host):\(port)", "/secure", scheme: "https")
        asked.trust = trust
        let response = try await withTransport { [asked] transport, _ in
            _ = try await transport.send(asked)
            return try await transport.send(asked)
        }
        #expect(response.body == Array("/secure".utf8))
    }

    private func expectRefusal(by trust: TLSTrust, port: Int, host: String = "127.0.0.1") async throws {
        let error = try await transportError { try await send(to: port, trusting: trust, host: host) }
        #expect(error.code == .tls && error.disposition == .permanent, "\(error)")
        #expect(!error.requestMayHaveArrived)
    }

    @Test func `a server that vouches for itself is refused by the system, taken by its own file or without checks`()
        async throws
    {
        let pair = try certificates.selfSigned(for: "IP:127.0.0.1")
        let proxy = try TLSProxy(target: server.port, certificate: pair.certificate, key: pair.key)
        try await expectRefusal(by: .system, port: proxy.port)
        try await expectRefusal(
            by: .file(try certificates.selfSigned(for: "IP:127.0.0.1").certificate), port: proxy.port)
        #expect(server.requests.isEmpty)
        try await send(to: proxy.port, trusting: .file(pair.certificate))
        try await send(to: proxy.port, trusting: .insecure)
        #expect(server.connectionCount == 2, "a kept connection for each transport")
    }

    @Test func `a wrong host name is refused though the certificate is known, unless nothing is checked`() async throws
    {
        let pair = try certificates.selfSigned(for: "DNS:elsewhere.example")
        let proxy = try TLSProxy(target: server.port, certificate: pair.certificate, key: pair.key)
        try await expectRefusal(by: .file(pair.certificate), port: proxy.port)
        try await send(to: proxy.port, trusting: .insecure)
    }

    @Test func `an expired certificate is refused though it is known`() async throws {
        let pair = try certificates.expired(for: "IP:127.0.0.1")
        let proxy = try TLSProxy(target: server.port, certificate: pair.certificate, key: pair.key)
        try await expectRefusal(by: .file(pair.certificate), port: proxy.port)
    }

    @Test func `a file that is not there is refused`() async throws {
        try await expectRefusal(by: .file("/nonexistent/ca.pem"), port: server.port)
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: ["closes", "resets", "speaks no TLS"])
    func `a server that breaks off the handshake may do better later`(what: String) async throws {
        let server = try ScriptedServer { connection in
            // Its ClientHello.
            _ = try connection.readSome()
            if what == "resets" { connection.reset() }
            if what == "speaks no TLS" { try connection.send("HTTP/1.1 400 Bad Request\r\n\r\n") }
        }
        for trust in [TLSTrust.system, .insecure] {
            let error = try await transportError { try await send(to: server.port, trusting: trust) }
            #expect(error.code == .connect && error.disposition == .transient, "\(error)")
            #expect(!error.requestMayHaveArrived)
        }
    }

    @Test func `a connection without checks is not used for a request that wants them`() async throws {
        let pair = try certificates.selfSigned(for: "IP:127.0.0.1")
        let proxy = try TLSProxy(target: server.port, certificate: pair.certificate, key: pair.key)
        var insecure = request(.get, "127.0.0.1:\(proxy.port)", scheme: "https")
        insecure.trust = .insecure
        var secure = insecure
        secure.trust = .system
        try await withTransport { [insecure, secure] transport, _ in
            #expect(try await transport.send(insecure).status == .ok)
            let error = try await transportError { _ = try await transport.send(secure) }
            #expect(error.code == .tls)
            #expect(try await transport.send(insecure).status == .ok)
        }
    }
}
