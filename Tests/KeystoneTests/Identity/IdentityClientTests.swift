import HTTPTransport
import HTTPTypes
import Loop
import Telemetry
import TestSupport
import Testing

@testable import Keystone

@Suite struct IdentityClientTests {
    @Test func `a password gets a token with all that Keystone says of it`() async throws {
        try await withRig { rig in
            let token = try await rig.identity.authenticate(rig.keystone.credential(), until: rig.deadline())
            #expect(rig.keystone.accepts(token.value.reveal()))
            #expect(token.user == .init(id: "karbor-id", name: "karbor", domain: .init(id: "default", name: "Default")))
            #expect(token.project?.id == "service-id")
            #expect(token.roleNames == ["admin", "service"])
            let life = try #require(token.lifetime)
            #expect(abs(life / .seconds(1) - 3600) < 0.01)
        }
    }

    @Test func `an application credential gets a token too`() async throws {
        try await withRig { rig in
            let credential = Credential(
                authURL: rig.keystone.authURL,
                method: .applicationCredential(.id("karbor"), secret: Secret("secret")), scope: .unscoped)
            let token = try await rig.identity.authenticate(credential, until: rig.deadline())
            #expect(token.user.name == "karbor")
        }
    }

    @Test(arguments: ["/identity", "/identity/", "", "/"])
    func `without a version in the URL Keystone is asked for it, and only its path is believed`(path: String)
        async throws
    {
        try await withRig { rig in
            // What Keystone answers names another host.
            let identity = try IdentityClient(
                authURL: "http://\(rig.keystone.authority)\(path)", transport: rig.transport, time: rig.loop)
            for _ in 0..<2 { _ = try await identity.authenticate(rig.keystone.credential(), until: rig.deadline()) }
            let paths = rig.keystone.requests.filter { $0.method == .get && !$0.path.hasSuffix("tokens") }.map(\.path)
            #expect(paths == [path == "" || path == "/" ? "/" : "/identity"], "asked once")
            #expect(rig.keystone.requests.last?.path == "/identity/v3/auth/tokens")
        }
    }

    @Test func `a version that Keystone has left behind is replaced`() async throws {
        try await withRig { rig in
            let identity = try IdentityClient(
                authURL: "http://\(rig.keystone.authority)/v2.0", transport: rig.transport, time: rig.loop)
            _ = try await identity.authenticate(rig.keystone.credential(), until: rig.deadline())
            #expect(rig.keystone.requests.last?.path == "/v3/auth/tokens")
        }
    }

    @Test func `what is no URL is said at once`() async throws {
        let loop = Loop(label: "test")
        let transport = CurlTransport(loop: loop)
        for text in ["", "keystone:5000", "ftp://keystone/v3", "http:///v3"] {
            let error = try #require(throws: ServiceError.self) {
                try IdentityClient(authURL: text, transport: transport, time: loop)
            }
            #expect(error.code == .invalidRequest)
        }
        await transport.shutdown()
    }

    @Test func `a wrong password is the credential's fault, and is not in the message`() async throws {
        try await withRig { rig in
            let error = try await serviceError {
                _ = try await rig.identity.authenticate(
                    rig.keystone.credential(password: "guess-me"), until: rig.deadline())
            }
            #expect(error.code == .credentialRefused && error.status == 401)
            #expect(!"\(error)".contains("guess-me") && "\(error)".contains("requires authentication"))
        }
    }

    @Test(arguments: [
        ScriptedKeystone.Mood.status(500), .status(503), .html, .truncated, .withoutSubjectToken, .hangingUp,
        .silent(.seconds(20)),
    ])
    func `a Keystone that is ill is unavailable, whatever its illness`(mood: ScriptedKeystone.Mood) async throws {
        try await withRig { rig in
            rig.keystone.set(mood)
            let started = ContinuousClock.now
            let error = try await serviceError {
                _ = try await rig.identity.authenticate(rig.keystone.credential(), until: .now + .seconds(1))
            }
            #expect(error.code == .identityUnavailable && error.disposition == .transient, "\(error)")
            #expect(ContinuousClock.now - started < .seconds(10))
        }
    }

    @Test func `nobody listening is unavailable as well`() async throws {
        try await withRig { rig in
            rig.keystone.stop()
            let error = try await serviceError {
                _ = try await rig.identity.authenticate(rig.keystone.credential(), until: rig.deadline())
            }
            #expect(error.code == .identityUnavailable)
        }
    }

    @Test func `asking about a token tells valid, expired, revoked and nonsense apart from not being allowed`()
        async throws
    {
        try await withRig(window: .seconds(100)) { rig in
            let own = Secret(rig.keystone.issue(to: "karbor", life: .seconds(60)))
            let member = Secret(rig.keystone.issue(to: "demo", life: .seconds(60)))
            let revoked = Secret(rig.keystone.issue(to: "demo", life: .seconds(60)))
            rig.keystone.revoke(revoked.reveal())
            func ask(_ subject: Secret<String>, _ asker: Secret<String>, allowExpired: Bool = false) async throws
                -> Token
            {
                try await rig.identity.validate(
                    subject, with: asker, allowExpired: allowExpired, until: rig.deadline())
            }
            #expect(try await ask(member, own).user.name == "demo")
            #expect(try await ask(member, own).value == member)
            for (subject, allowExpired) in [
                (Secret(rig.keystone.issue(to: "demo", life: .seconds(-50))), false), (revoked, true),
                (Secret(rig.keystone.issue(to: "demo", life: .seconds(-150))), true), (Secret("nonsense"), true),
            ] {
                let error = try await serviceError { _ = try await ask(subject, own, allowExpired: allowExpired) }
                #expect(error.code == .notFound)
                #expect(!"\(error)".contains(subject.reveal()), "Keystone names the token; we do not")
            }
            let expired = Secret(rig.keystone.issue(to: "demo", life: .seconds(-50)))
            #expect(try await ask(expired, own, allowExpired: true).user.name == "demo")
            #expect(try await serviceError { _ = try await ask(member, Secret("nobody")) }.code == .unauthorized)
            #expect(try await serviceError { _ = try await ask(own, member) }.code == .forbidden)
            rig.keystone.set(.bare(404))
            #expect(try await serviceError { _ = try await ask(member, own) }.code == .identityUnavailable)
        }
    }

    @Test func `a catalogue that nobody wants is not asked for`() async throws {
        try await withRig { rig in
            let own = Secret(rig.keystone.issue(to: "karbor", life: .seconds(60)))
            let subject = Secret(rig.keystone.issue(to: "demo", life: .seconds(-10)))
            for (catalog, query) in [(true, "allow_expired=1"), (false, "nocatalog&allow_expired=1")] {
                let token = try await rig.identity.validate(
                    subject, with: own, allowExpired: true, catalog: catalog, until: rig.deadline())
                #expect((token.catalog != nil) == catalog)
                #expect(rig.keystone.requests.last?.path == "/v3/auth/tokens?\(query)")
            }
        }
    }

    @Test func `a question goes on with another token when our own was revoked`() async throws {
        try await withRig { rig in
            let context = try await rig.context(life: .seconds(60))
            rig.keystone.revokeAll(of: "karbor")
            let token = try await rig.identity.validate(
                context.token, with: rig.tokens, allowExpired: false, until: rig.deadline(), patience: .oneAttempt)
            #expect(token.user.name == "demo")
            #expect(rig.keystone.authentications == 2)
        }
    }

    @Test func `a question whose connection breaks is asked once more`() async throws {
        try await withRig(startsTokens: false) { rig in
            let server = try ScriptedServer { connection in
                guard try connection.readRequest() != nil, connection.number > 1 else { return }
                try connection.send(ScriptedResponse(200, text: #"{"token": {"user": {"id": "u1"}}}"#))
            }
            let identity = try IdentityClient(
                authURL: "http://\(server.authority)/v3", transport: rig.transport, time: rig.loop)
            let token = try await identity.validate(
                Secret("a"), with: Secret("b"), allowExpired: false, until: rig.deadline())
            #expect(token.user.id == "u1" && server.requests.count == 2)
        }
    }

    @Test func `revoking ends a token, and one that is gone is fine`() async throws {
        try await withRig { rig in
            let own = Secret(rig.keystone.issue(to: "karbor", life: .seconds(60)))
            let subject = Secret(rig.keystone.issue(to: "demo", life: .seconds(60)))
            for _ in 0..<2 { try await rig.identity.revoke(subject, with: own, until: rig.deadline()) }
            #expect(!rig.keystone.accepts(subject.reveal()))
        }
    }

    @Test func `a Keystone with a certificate of unknown origin, of another host or of last year gets no password`()
        async throws
    {
        try await withRig(startsTokens: false) { rig in
            let certificates = try TestCertificates()
            let unknown = try certificates.selfSigned(for: "IP:127.0.0.1")
            let elsewhere = try certificates.selfSigned(for: "DNS:elsewhere.example")
            let expired = try certificates.expired(for: "IP:127.0.0.1")
            let trusts: [(TestCertificates.Pair, TLSTrust)] = [
                (unknown, .system), (elsewhere, .file(elsewhere.certificate)), (expired, .file(expired.certificate)),
            ]
            let port = try #require(rig.keystone.authority.split(separator: ":").last.flatMap { Int($0) })
            for (pair, trust) in trusts {
                let proxy = try TLSProxy(target: port, certificate: pair.certificate, key: pair.key)
                let identity = try IdentityClient(
                    authURL: "https://127.0.0.1:\(proxy.port)/v3", trust: trust, transport: rig.transport,
                    time: rig.loop)
                let error = try await serviceError {
                    _ = try await identity.authenticate(rig.keystone.credential(), until: rig.deadline())
                }
                #expect(error.code == .identityUnavailable)
                #expect((error.cause as? ServiceError)?.code == .untrusted)
            }
            #expect(rig.keystone.requests.isEmpty)
        }
    }
}
