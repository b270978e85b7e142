import Protection
import Testing

@testable import API

@Suite struct VerificationTests {
    private static func body(_ checkpoint: String, _ changes: [String: JSONValue?] = [:]) -> JSONValue {
        let verification: JSONValue = [
            "provider_id": .string(FakeProviders.infra), "checkpoint_id": .string(checkpoint),
        ]
        return ["verification": verification.replacing(changes)]
    }

    @Test func `parameters may be left out`() async throws {
        let api = try TestAPI()
        let checkpoint = try api.addCheckpoint()
        try await api.run { client in
            let answer = try await client.post("verifications", Self.body(checkpoint.id))
            #expect(answer.status == 200, "\(answer.text)")
            let verification = answer.json["verification"]
            #expect(verification?["parameters"] == [:])
            #expect(verification?["status"] == "in_progress")
            #expect(verification?["restore_target"] == nil)
            let id = try #require(verification?["id"]?.string)
            #expect(try await client.get("verifications/\(id)").json["verification"] == verification)
            #expect(try await client.get("verifications/\(id)", as: "other").status == 400, "the path is not its own")
            let foreign = "/v1/\(FakeCallers.otherProject)/verifications/\(id)"
            #expect(try await client.get(foreign, as: "other").status == 404)
            #expect(try await client.get("verifications").json["verifications"]?.array?.count == 1)
        }
    }

    @Test(
        arguments: [
            (["provider_id": "nope"], 400), (["checkpoint_id": 7], 400), (["parameters": nil], 400),
            (["parameters": ["x": [:]]], 400), (["restore_target": "x"], 400),
            (["checkpoint_id": "00000000-0000-0000-0000-000000000000"], 404),
            (["provider_id": "00000000-0000-0000-0000-000000000000"], 404),
        ] as [([String: JSONValue], Int)])
    func `bad input is refused, and nothing is written`(changes: [String: JSONValue], status: Int) async throws {
        let api = try TestAPI()
        let checkpoint = try api.addCheckpoint()
        try await api.run { client in
            let answer = try await client.post("verifications", Self.body(checkpoint.id, changes))
            #expect(answer.status == status, "\(answer.text)")
        }
        #expect(api.writes == 0)
    }
}
