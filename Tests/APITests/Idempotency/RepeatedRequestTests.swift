import HTTPTypes
import Protection
import Testing

@testable import API

@Suite struct RepeatedRequestTests {
    private static let checkpoints = "providers/\(FakeProviders.infra)/checkpoints"
    private static let plan: JSONValue = [
        "plan": [
            "name": "plan-1", "provider_id": .string(FakeProviders.infra), "parameters": [:],
            "resources": [["id": .string(TestAPI.volume), "type": "OS::Cinder::Volume", "name": "data-1"]],
        ]
    ]

    /// What is posted to each of the paths that make something.
    private static func posts(_ api: TestAPI) throws -> [(path: String, body: JSONValue)] {
        let checkpoint = JSONValue.string(try api.addCheckpoint().id)
        let work: JSONValue = [
            "provider_id": .string(FakeProviders.infra), "checkpoint_id": checkpoint, "parameters": [:],
        ]
        return [
            ("plans", plan), (checkpoints, ["checkpoint": ["plan_id": .string(api.addPlan().id)]]),
            ("restores", ["restore": work]), ("verifications", ["verification": work]),
        ]
    }

    private func post(
        _ client: APIClient, _ path: String, _ body: JSONValue, key: String, as who: String = "member"
    ) async throws -> Answer {
        try await client.send("POST", path, body, as: who, headers: ["Idempotency-Key": key])
    }

    @Test func `whatever is made is made once, and answered as the first time`() async throws {
        let api = try TestAPI()
        let posts = try Self.posts(api)
        try await api.run { client in
            for (path, body) in posts {
                let before = api.writes
                let first = try await post(client, path, body, key: "k")
                #expect(first.status == 200, "\(path): \(first.text)")
                #expect(first.header("Idempotent-Replayed") == nil)
                #expect(api.writes == before + 1, "\(path)")
                let again = try await post(client, path, body, key: "\"k\"")
                #expect(again.status == 200 && again.text == first.text, "\(path)")
                #expect(again.header("Idempotent-Replayed") == "true")
                #expect(again.header("Content-Type") == first.header("Content-Type"))
                #expect(api.writes == before + 1, "\(path)")
                let other = try await post(client, path, body, key: "another")
                #expect(other.status == 200 && other.text != first.text, "\(path)")
                let none = try await client.post(path, body)
                #expect(none.status == 200 && api.writes == before + 3, "\(path)")
            }
        }
        #expect(api.records.answers.all.count == 8)
        #expect(api.records.answers.late.withLock { $0 } == 0, "each is written with what it tells of")
    }

    @Test func `the same key with another body is a conflict that says so`() async throws {
        let api = try TestAPI()
        try await api.run { client in
            _ = try await post(client, "plans", Self.plan, key: "k")
            let answer = try await post(client, "plans", ["plan": ["name": "another"]], key: "k")
            #expect(answer.status == 409 && answer.kind == "conflictingRequest")
            #expect(answer.message?.contains("another body") == true)
            #expect(api.storedPlans.count == 1)
            let other = try await post(client, "plans", Self.plan, key: "k", as: "stranger")
            #expect(other.status != 409)
        }
    }

    @Test func `what was refused is not kept, and may be tried again with another body`() async throws {
        let api = try TestAPI { $0.quotaPlans = 0 }
        try await api.run { client in
            for _ in 0..<2 {
                let refused = try await post(client, "plans", Self.plan, key: "k")
                #expect(refused.status == 413 && refused.header("Idempotent-Replayed") == nil)
            }
            #expect(try await post(client, "plans", ["plan": [:]], key: "k").status == 400)
            #expect(try await post(client, "plans", [:], key: "k").status == 400)
            #expect(api.records.answers.all.isEmpty)
        }
    }

    @Test(
        arguments: [
            "", "\"\"", "with space", "\"half", "a,b", "back\\slash", "é", String(repeating: "k", count: 256),
        ])
    func `what is no key is refused before anything is done`(key: String) async throws {
        let api = try TestAPI()
        try await api.run { client in
            let answer = try await post(client, "plans", Self.plan, key: key)
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer.message?.contains("Idempotency-Key") == true)
            #expect(api.writes == 0)
            #expect(try await client.send("GET", "plans", headers: ["Idempotency-Key": key]).status == 200)
        }
    }

    @Test func `a key of any visible character and 255 of them is one, two of them are none`() throws {
        let name = try #require(HTTPField.Name("Idempotency-Key"))
        let longest = String(repeating: "~", count: 255)
        #expect(try IdempotencyKey.text(in: [name: longest]) == longest)
        #expect(try IdempotencyKey.text(in: [name: "!#'()*+-./:;<=>?@[]^_`{|}"]) == "!#'()*+-./:;<=>?@[]^_`{|}")
        #expect(try IdempotencyKey.text(in: [:]) == nil)
        var two: HTTPFields = [name: "a"]
        two.append(HTTPField(name: name, value: "b"))
        #expect(throws: APIError.self) { try IdempotencyKey.text(in: two) }
    }

    @Test func `nothing secret of a restore is kept in its answer`() async throws {
        let api = try TestAPI()
        let checkpoint = JSONValue.string(try api.addCheckpoint().id)
        let restore: JSONValue = [
            "restore": [
                "provider_id": .string(FakeProviders.infra), "checkpoint_id": checkpoint, "parameters": [:],
                "restore_auth": ["type": "password", "username": "u", "password": "open sesame"],
            ]
        ]
        try await api.run { client in
            let answer = try await post(client, "restores", restore, key: "k")
            #expect(answer.status == 200)
        }
        let kept = try #require(api.records.answers.all.first)
        #expect(!String(decoding: kept.body, as: UTF8.self).contains("sesame"))
        #expect(!"\(kept)".contains("sesame") && !api.log.text.contains("sesame"))
    }

    @Test func `an unfinished body and one that is too large are answered as without a key`() async throws {
        let api = try TestAPI { $0.limits.bodyBytes = 100 }
        try await api.run { client in
            let answer = try await post(client, "plans", Self.plan, key: "k")
            #expect(answer.status == 413)
            let empty = try await client.send("POST", "plans", headers: ["Idempotency-Key": "k"])
            #expect(empty.status == 400)
        }
    }
}
