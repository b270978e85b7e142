import Protection
import Testing

@testable import API

@Suite struct HealthTests {
    @Test func `whoever asks learns whether the daemon can do its work`() async throws {
        let api = try TestAPI()
        try await api.run { client in
            let ready = try await client.get("/readyz", as: nil)
            #expect(ready.status == 200)
            #expect(ready.json == ["status": "ready"])

            api.impediments.withLock { $0 = [.keystoneSilent, .storeFailing] }
            let answer = try await client.get("/readyz", as: nil)
            #expect(answer.status == 503)
            #expect(
                answer.json == [
                    "status": "not ready",
                    "reasons": [
                        ["component": "keystone", "reason": "no service token: Keystone does not answer"],
                        ["component": "store", "reason": "the store cannot be written"],
                    ],
                ])
            #expect(try await client.get("/healthz", as: nil).status == 200, "it is alive all the same")
        }
    }

    @Test func `a store that cannot be read keeps it from its work`() async throws {
        let api = try TestAPI()
        api.quotas.rows.withLock { $0.failure = StoreError(.unavailable, "busy") }
        try await api.run { client in
            let answer = try await client.get("/readyz", as: nil)
            #expect(answer.status == 503)
            #expect(answer.json["reasons"] == [["component": "store", "reason": "the store does not answer"]])
        }
    }

    @Test func `a balancer may ask for the head alone`() async throws {
        try await TestAPI().run { client in
            let answer = try await client.send("HEAD", "/healthz", nil, as: nil)
            #expect(answer.status == 200)
            #expect(answer.text.isEmpty)
        }
    }
}
