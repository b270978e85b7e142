import Protection
import Testing

@testable import API

@Suite struct CheckpointTests {
    private static let path = "providers/\(FakeProviders.infra)/checkpoints"

    @Test(
        arguments: [
            ([:], "{\"created_by\": \"manual\"}"),
            (["extra-info": nil], "{\"created_by\": \"manual\"}"),
            (["extra-info": ["a": "b"]], "{\"created_by\": \"manual\", \"a\": \"b\"}"),
            (["extra_info": ["created_by": "cron"]], "{\"created_by\": \"manual\"}"),
            (["extra-info": ["created_by": "operation-engine"]], "{\"created_by\": \"operation-engine\"}"),
            (
                ["extra-info": ["a": 1], "extra_info": ["b": true]],
                "{\"created_by\": \"manual\", \"a\": 1, \"b\": true}"
            ),
        ] as [(JSONValue, String)])
    func `extra information is kept in both of its spellings`(extra: JSONValue, expected: String) async throws {
        let api = try TestAPI()
        let plan = api.addPlan()
        try await api.run { client in
            var members = extra.object ?? [:]
            members["plan_id"] = .string(plan.id)
            let answer = try await client.post(Self.path, ["checkpoint": .object(members)])
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["checkpoint"]?["extra_info"] == .string(expected))
            #expect(answer.json["checkpoint"]?["status"] == "protecting")
            #expect(api.operations.state.withLock(\.lastExtraInfo)?.encoded == expected)
        }
    }

    @Test(
        arguments: [
            ([:], 400), (["checkpoint": [:]], 400), (["checkpoint": ["plan_id": "nope"]], 400),
            (["checkpoint": ["plan_id": 7]], 400), (["checkpoint": ["plan_id": "PLAN", "x": 1]], 400),
            (["checkpoint": ["plan_id": "PLAN", "extra-info": "x"]], 400),
            (["checkpoint": ["plan_id": "PLAN", "extra-info": ["a": ["b": "c"]]]], 400),
            (["checkpoint": ["plan_id": "00000000-0000-0000-0000-000000000000"]], 404),
            (["checkpoint": ["plan_id": "FOREIGN"]], 404), (["checkpoint": ["plan_id": "NOOP"]], 400),
        ] as [(JSONValue, Int)])
    func `a checkpoint of nothing, or of what is not the caller's, is refused`(
        body: JSONValue, status: Int
    ) async throws {
        let api = try TestAPI()
        let ids = [
            "PLAN": api.addPlan().id, "FOREIGN": api.addPlan(project: FakeCallers.otherProject).id,
            "NOOP": api.addPlan(provider: FakeProviders.noop).id,
        ]
        var text = body.encoded
        for (name, id) in ids { text = text.replacing("\"\(name)\"", with: "\"\(id)\"") }
        let bytes = Array(text.utf8)
        try await api.run { client in
            for who in ["member", "admin"] {
                let answer = try await client.send("POST", Self.path, bytes: bytes, as: who)
                #expect(answer.status == status, "\(answer.text)")
            }
        }
        #expect(api.writes == 0)
    }

    @Test func `beyond the quota a checkpoint is refused`() async throws {
        let api = try TestAPI { $0.quotaCheckpoints = 1 }
        let plan = api.addPlan()
        try await api.run { client in
            let body: JSONValue = ["checkpoint": ["plan_id": .string(plan.id)]]
            #expect(try await client.post(Self.path, body).status == 200)
            let answer = try await client.post(Self.path, body)
            #expect(answer.status == 413)
            #expect(answer.header("Retry-After") == "0")
            #expect(answer.message == "Maximum number of checkpoints allowed (1) exceeded")
        }
    }

    @Test func `another project's checkpoint answers exactly as one that there is not`() async throws {
        let api = try TestAPI()
        let foreign = try api.addCheckpoint(project: FakeCallers.otherProject)
        let reset: JSONValue = ["os-resetState": ["state": "error"]]
        try await api.run { client in
            for method in ["GET", "PUT", "DELETE"] {
                let body = method == "PUT" ? reset : nil
                let theirs = try await client.send(method, "\(Self.path)/\(foreign.id)", body)
                let nobodys = try await client.send(method, "\(Self.path)/\(TestAPI.unknown)", body)
                #expect(theirs.status == 404)
                #expect(theirs.text.replacing(foreign.id, with: TestAPI.unknown) == nobodys.text)
            }
            #expect(try await client.get("\(Self.path)/\(foreign.id)", as: "admin").status == 200)
        }
        #expect(api.writes == 0)
    }

    @Test func `ids are looked at before anything else`() async throws {
        let api = try TestAPI()
        let checkpoint = try api.addCheckpoint()
        try await api.run { client in
            let bad = try await client.get("\(Self.path)/nope")
            #expect(bad.status == 400)
            #expect(bad.message == "Invalid checkpoint id provided.")
            let noProvider = try await client.get("providers/nope/checkpoints/\(checkpoint.id)")
            #expect(noProvider.status == 400)
            #expect(noProvider.message == "Invalid provider id provided.")
            let unknownProvider = try await client.get("providers/\(TestAPI.unknown)/checkpoints/\(checkpoint.id)")
            #expect(unknownProvider.status == 404)
            let otherProvider = try await client.get("providers/\(FakeProviders.noop)/checkpoints/\(checkpoint.id)")
            #expect(otherProvider.status == 404)
            #expect(otherProvider.message == "Checkpoint \(checkpoint.id) could not be found.")
            #expect(try await client.get("providers/nope/checkpoints").status == 404, "a list does not look at it")
        }
    }

    @Test func `a state can be set to available or error, where it may be left`() async throws {
        let api = try TestAPI()
        let checkpoint = try api.addCheckpoint(status: .error)
        try await api.run { client in
            let path = "\(Self.path)/\(checkpoint.id)"
            let answer = try await client.put(path, ["os-resetState": ["state": "available"]])
            #expect(answer.status == 200)
            #expect(answer.json == [:])
            #expect(try await client.get(path).json["checkpoint"]?["status"] == "available")
            for body in [
                ["os-resetState": ["state": "deleted"]], ["os-resetState": [:]], ["os-resetState": "error"],
                ["state": "error"], ["os-resetState": ["state": "error", "force": true]],
            ] as [JSONValue] {
                #expect(try await client.put(path, body).status == 400)
            }
            api.operations.set(checkpoint.id, .protecting)
            #expect(try await client.put(path, ["os-resetState": ["state": "error"]]).status == 400)
        }
    }

    @Test func `a protect is cancelled, once and again`() async throws {
        let api = try TestAPI()
        let checkpoint = try api.addCheckpoint(status: .protecting)
        try await api.run { client in
            let path = "\(Self.path)/\(checkpoint.id)"
            for body in [
                [:], ["os-cancel": ["force": true]], ["os-cancel": nil], ["os-cancel": [:], "x": 1], ["os-stop": [:]],
            ] as [JSONValue] {
                #expect(try await client.post("\(path)/action", body).status == 400, "\(body.encoded)")
            }
            #expect(try await client.get(path).json["checkpoint"]?["status"] == "protecting")
            for _ in 1...2 {
                let answer = try await client.post("\(path)/action", ["os-cancel": [:]])
                #expect(answer.status == 200)
                #expect(answer.json == [:])
                #expect(try await client.get(path).json["checkpoint"]?["status"] == "error")
            }
            api.operations.set(checkpoint.id, .deleting)
            #expect(try await client.post("\(path)/action", ["os-cancel": [:]]).status == 409)
            let none = "\(Self.path)/00000000-0000-0000-0000-000000000000/action"
            #expect(try await client.post(none, ["os-cancel": [:]]).status == 404)
        }
    }

    @Test func `a delete in the wrong state is a conflict`() async throws {
        let api = try TestAPI()
        let checkpoint = try api.addCheckpoint()
        try await api.run { client in
            let path = "\(Self.path)/\(checkpoint.id)"
            let answer = try await client.delete(path)
            #expect(answer.status == 200)
            #expect(answer.json == [:])
            let again = try await client.delete(path)
            #expect(again.status == 409)
            #expect(again.kind == "conflictingRequest")
        }
    }
}
