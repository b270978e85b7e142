import Protection
import Testing

@testable import API

@Suite struct RestoreTests {
    private static func body(_ checkpoint: String, _ changes: [String: JSONValue?] = [:]) -> JSONValue {
        let restore: JSONValue = [
            "provider_id": .string(FakeProviders.infra), "checkpoint_id": .string(checkpoint),
            "parameters": ["OS::Cinder::Volume": ["restore_name": "back"]],
        ]
        return ["restore": restore.replacing(changes)]
    }

    @Test func `a restore reaches the engine as it came`() async throws {
        let api = try TestAPI()
        let checkpoint = try api.addCheckpoint()
        try await api.run { client in
            let answer = try await client.post(
                "restores",
                Self.body(
                    checkpoint.id,
                    [
                        "restore_target": "http://other/v3",
                        "restore_auth": ["type": "password", "username": "u", "password": "open sesame"],
                    ]))
            #expect(answer.status == 200, "\(answer.text)")
            let restore = answer.json["restore"]
            #expect(restore?["status"] == "in_progress")
            #expect(restore?["restore_target"] == "http://other/v3")
            #expect(restore?["parameters"] == ["OS::Cinder::Volume": ["restore_name": "back"]])
            #expect(!answer.text.contains("sesame") && !api.log.text.contains("sesame"))
            #expect(api.operations.lastRestore != nil)
            let id = try #require(restore?["id"]?.string)
            #expect(try await client.get("restores/\(id)").json["restore"] == restore)
        }
    }

    @Test func `the five keys that Karbor's client sends may be null where it leaves them so`() async throws {
        let api = try TestAPI()
        let checkpoint = try api.addCheckpoint()
        try await api.run { client async throws in
            let nulls: [String: JSONValue?] = ["restore_target": .some(.null), "restore_auth": .some(.null)]
            #expect(try await client.post("restores", Self.body(checkpoint.id, nulls)).status == 200)
        }
    }

    @Test(
        arguments: [
            (["provider_id": .none], 400), (["provider_id": "nope"], 400), (["checkpoint_id": .none], 400),
            (["checkpoint_id": "nope"], 400), (["parameters": .none], 400), (["parameters": .some(.null)], 400),
            (["parameters": ["OS::Cinder::Volume": ["colour": "red"]]], 400), (["parameters": ["x": [:]]], 400),
            (["restore_target": 7], 400), (["restore_auth": "secret"], 400), (["extra": "x"], 400),
            (["provider_id": "00000000-0000-0000-0000-000000000000"], 404),
            (["checkpoint_id": "00000000-0000-0000-0000-000000000000"], 404),
            (["provider_id": "b766f37c-d011-4026-8228-28730d734a3f", "parameters": [:]], 404),
        ] as [([String: JSONValue?], Int)])
    func `bad input is refused, and nothing is written`(changes: [String: JSONValue?], status: Int) async throws {
        let api = try TestAPI()
        let checkpoint = try api.addCheckpoint()
        try await api.run { client in
            let answer = try await client.post("restores", Self.body(checkpoint.id, changes))
            #expect(answer.status == status, "\(answer.text)")
        }
        #expect(api.writes == 0)
        #expect(api.records.rows.withLock(\.restores).isEmpty)
    }

    @Test(
        arguments: [
            ["restore": ["restore_auth": ["password": "open sesame"], "bogus": 1]],
            ["restore": ["restore_auth": ["password": "open sesame"], "checkpoint_id": "x", "parameters": [:]]],
            ["restore": [["password": "open sesame"]]],
            ["restored": ["restore_auth": ["password": "open sesame"]]],
            [["restore_auth": ["password": "open sesame"]]],
            [
                "restore": [
                    "provider_id": .string(FakeProviders.infra), "checkpoint_id": .string(FakeProviders.infra),
                    "parameters": [:], "restore_target": ["password": "open sesame"],
                ]
            ],
            [
                "restore": [
                    "provider_id": .string(FakeProviders.infra), "checkpoint_id": .string(FakeProviders.infra),
                    "parameters": [:], "restore_auth": ["password": ["open sesame"]],
                ]
            ],
            [
                "restore": [
                    "provider_id": .string(FakeProviders.infra), "checkpoint_id": .string(FakeProviders.infra),
                    "parameters": [["password": "open sesame"]],
                ]
            ],
        ] as [JSONValue])
    func `a refusal does not quote a password`(body: JSONValue) async throws {
        try await TestAPI().run { client in
            let answer = try await client.post("restores", body)
            #expect(answer.status == 400)
            #expect(!answer.text.contains("sesame"), "\(answer.text)")
        }
    }

    @Test func `a checkpoint that is not available is a conflict, another project's is not found`() async throws {
        let api = try TestAPI()
        let busy = try api.addCheckpoint(status: .protecting)
        let foreign = try api.addCheckpoint(project: FakeCallers.otherProject)
        try await api.run { client in
            let conflict = try await client.post("restores", Self.body(busy.id))
            #expect(conflict.status == 409)
            #expect(conflict.kind == "conflictingRequest")
            let missing = try await client.post("restores", Self.body(foreign.id))
            #expect(missing.status == 404)
            #expect(missing.message == "Checkpoint \(foreign.id) could not be found.")
        }
        #expect(api.writes == 0)
    }

    @Test func `a restore is cancelled, another project's is not found`() async throws {
        let api = try TestAPI()
        let restore = api.addRestore(status: .inProgress)
        let foreign = api.addRestore(project: FakeCallers.otherProject)
        try await api.run { client in
            let answer = try await client.post("restores/\(restore.id)/action", ["os-cancel": [:]])
            #expect(answer.status == 200)
            #expect(answer.json == [:])
            #expect(try await client.post("restores/\(restore.id)/action", ["os-cancel": 1]).status == 400)
            #expect(try await client.post("restores/\(foreign.id)/action", ["os-cancel": [:]]).status == 404)
        }
        #expect(api.operations.state.withLock(\.cancelledRestores) == [restore.id])
    }

    @Test func `restores are listed by project and status`() async throws {
        let api = try TestAPI()
        let good = api.addRestore()
        let bad = api.addRestore(status: .fail, age: 5)
        let foreign = api.addRestore(project: FakeCallers.otherProject)
        try await api.run { client in
            let all = try await client.get("restores")
            #expect(all.json["restores"]?.array?.compactMap { $0["id"]?.string } == [good.id, bad.id])
            let failed = try await client.get("restores?status=fail")
            #expect(failed.json["restores"]?.array?.compactMap { $0["id"]?.string } == [bad.id])
            let theirs = try await client.get("restores/\(foreign.id)")
            #expect(theirs.status == 404)
            #expect(theirs.message == "Restore \(foreign.id) could not be found.")
            #expect(try await client.get("restores/nope").status == 400)
        }
    }
}
