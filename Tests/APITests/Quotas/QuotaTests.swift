import Protection
import Testing

@testable import API

@Suite struct QuotaTests {
    private static let mine = "quotas/\(FakeCallers.project)"
    private static let theirs = "quotas/\(FakeCallers.otherProject)"

    @Test func `an admin sets limits, in numbers or text, and takes them back`() async throws {
        let api = try TestAPI()
        try await api.run { client in
            let set = try await client.put(
                Self.theirs, ["quota": ["plans": 7, "checkpoints": "8", "volumes": 9]], as: "admin")
            #expect(set.status == 200)
            #expect(
                set.json == ["quota": ["plans": 7, "checkpoints": 8, "id": .string(FakeCallers.otherProject)]])
            let one = try await client.put(Self.theirs, ["quota": ["plans": -1, "checkpoints": nil]], as: "admin")
            #expect(one.json["quota"]?["plans"] == -1)
            #expect(one.json["quota"]?["checkpoints"] == 8, "what is not named stays")
            let gone = try await client.delete(Self.theirs, as: "admin")
            #expect(gone.status == 200)
            #expect(gone.text.isEmpty)
            #expect(try await client.get(Self.theirs, as: "admin").json["quota"]?["plans"] == 50)
        }
    }

    @Test func `the class default stands between the configuration and the project`() async throws {
        let api = try TestAPI()
        try await api.run { client in
            let set = try await client.put("quota_classes/default", ["quota_class": ["plans": 9]], as: "admin")
            #expect(set.json == ["quota_class": ["plans": 9, "checkpoints": -1, "id": "default"]])
            #expect(try await client.get("quota_classes/default").json == set.json)
            #expect(try await client.get(Self.mine).json["quota"]?["plans"] == 9)
            api.quotas.setQuota(of: FakeCallers.project, [.plans: 3])
            #expect(try await client.get(Self.mine).json["quota"]?["plans"] == 3)
            #expect(try await client.get(Self.mine + "/defaults").json["quota"]?["plans"] == 9)
        }
    }

    @Test func `the detail says what is in use`() async throws {
        let api = try TestAPI()
        api.quotas.rows.withLock { $0.usage[FakeCallers.project] = [.plans: 4] }
        try await api.run { client async throws in
            #expect(
                try await client.get(Self.mine + "/detail").json == [
                    "quota": [
                        "plans": ["limit": 50, "in_use": 4, "reserved": 0],
                        "checkpoints": ["limit": -1, "in_use": 0, "reserved": 0],
                        "id": .string(FakeCallers.project),
                    ]
                ])
        }
    }

    @Test(
        arguments: [
            [:], ["quota": []], ["quota": ["plans": -2]], ["quota": ["plans": "many"]], ["quota": ["plans": true]],
            ["quota": ["plans": .number(1.5)]], ["quota": ["plans": 4_294_967_296]], ["plans": 1],
        ] as [JSONValue])
    func `a limit that is none is refused`(body: JSONValue) async throws {
        let api = try TestAPI()
        try await api.run { client async throws in
            #expect(try await client.put(Self.mine, body, as: "admin").status == 400)
        }
        #expect(api.writes == 0)
    }

    @Test func `limits are for admins to set, and for their own project to see`() async throws {
        let api = try TestAPI()
        try await api.run { client in
            for (answer, policy) in [
                (try await client.put(Self.mine, ["quota": ["plans": 99]]), "quota:update"),
                (try await client.delete(Self.mine), "quota:delete"),
                (try await client.put("quota_classes/default", ["quota_class": [:]]), "quota_class:update"),
                (try await client.get(Self.theirs), "quota:get"),
                (try await client.get(Self.theirs + "/detail"), "quota:get"),
            ] {
                #expect(answer.status == 403)
                #expect(answer.message == "Policy doesn't allow \(policy) to be performed.")
            }
            #expect(try await client.get("quotas/nope").status == 400)
        }
        #expect(api.writes == 0)
    }
}
