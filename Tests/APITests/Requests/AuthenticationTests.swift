import Protection
import Testing

@testable import API

@Suite struct AuthenticationTests {
    @Test(arguments: [nil, "wrong"])
    func `who is not known gets keystonemiddleware's refusal`(who: String?) async throws {
        try await TestAPI().run { client in
            for path in ["plans", "nothing", "/v1"] {
                let answer = try await client.get(path, as: who)
                #expect(answer.status == 401)
                #expect(answer.header("WWW-Authenticate") == "Keystone uri=\"http://127.0.0.1:5000\"")
                #expect(answer.json["error"]?["title"] == "Unauthorized")
                #expect(answer.json["error"]?["code"] == 401)
            }
        }
    }

    @Test func `while nobody can tell who calls, the answer is to come again`() async throws {
        let api = try TestAPI()
        api.callers.isDown.withLock { $0 = true }
        try await api.run { client in
            let answer = try await client.get("plans")
            #expect(answer.status == 503)
            #expect(answer.kind == "serviceUnavailable")
            #expect(answer.header("Retry-After") == "7")
            #expect(!answer.text.contains("refused"), "the reason is for the log")
            #expect(api.log.text.contains("connection refused"))
            #expect(try await client.get("/healthz").status == 200, "needs no caller")
        }
    }

    @Test(arguments: ["member", "admin", "other", "unscoped"])
    func `the path's project must be the token's, also for an admin`(who: String) async throws {
        try await TestAPI().run { client in
            let project = who == "other" ? FakeCallers.project : FakeCallers.otherProject
            let answer = try await client.get("/v1/\(project)/plans", as: who)
            #expect(answer.status == 400)
            #expect(answer.json == ["badRequest": ["code": 400, "message": "Malformed request url"]])
        }
    }

    @Test func `both tokens go to whoever knows callers, and into no log`() async throws {
        let api = try TestAPI()
        try await api.run { client in
            _ = try await client.get("plans?name=private", headers: ["X-Service-Token": "service-secret"])
            _ = try await client.get("plans", as: "wrong")
            let presented = try #require(api.callers.all.first)
            #expect(presented.token?.reveal() == "member-token")
            #expect(presented.serviceToken?.reveal() == "service-secret")
            for secret in ["member-token", "wrong-token", "service-secret", "private"] {
                #expect(!api.log.text.contains(secret))
            }
        }
    }

    @Test func `a caller is looked for before its body is read`() async throws {
        try await TestAPI().run { client in
            let answer = try await client.send("POST", "plans", bytes: Array("{{{".utf8), as: nil)
            #expect(answer.status == 401)
        }
    }

    @Test func `what a proxy says of the client counts only where the operator says so`() async throws {
        for (isTrusted, expected) in [(false, nil), (true, "192.0.2.7")] {
            let api = try TestAPI { $0.usesForwardedFor = isTrusted }
            try await api.run { client in
                _ = try await client.get("plans", headers: ["X-Forwarded-For": "192.0.2.7"])
                #expect(api.callers.presented.withLock(\.first)?.remoteAddress == expected)
            }
        }
    }
}
