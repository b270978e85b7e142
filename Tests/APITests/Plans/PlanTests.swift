import Protection
import Testing

@testable import API

@Suite struct PlanTests {
    @Test func `another project's plan answers exactly as one that there is not`() async throws {
        let api = try TestAPI()
        let foreign = api.addPlan(project: FakeCallers.otherProject)
        let change: JSONValue = ["plan": ["name": "mine"]]
        try await api.run { client in
            for method in ["GET", "PUT", "DELETE"] {
                let body = method == "PUT" ? change : nil
                let theirs = try await client.send(method, "plans/\(foreign.id)", body)
                let nobodys = try await client.send(method, "plans/\(TestAPI.unknown)", body)
                #expect(theirs.status == 404)
                #expect(theirs.message == "Plan \(foreign.id) could not be found.")
                #expect(theirs.text.replacing(foreign.id, with: TestAPI.unknown) == nobodys.text)
                #expect(theirs.headers.count == nobodys.headers.count)
            }
            #expect(try await client.get("plans/\(foreign.id)", as: "admin").status == 200)
        }
        #expect(api.writes == 0)
    }

    @Test(arguments: ["GET", "PUT", "DELETE"])
    func `an id that is no UUID is the caller's mistake`(method: String) async throws {
        try await TestAPI().run { client in
            let answer = try await client.send(method, "plans/nope", method == "PUT" ? ["plan": ["name": "x"]] : nil)
            #expect(answer.status == 400)
            #expect(answer.message == "Invalid plan id provided.")
        }
    }

    @Test func `a list is of one's own project; an admin may ask for all`() async throws {
        let api = try TestAPI()
        let mine = api.addPlan(name: "mine")
        let theirs = api.addPlan(project: FakeCallers.otherProject, name: "theirs", age: 5)
        try await api.run { client async throws in
            func ids(_ path: String, as who: String) async throws -> [String] {
                try await client.get(path, as: who).json["plans"]?.array?.compactMap { $0["id"]?.string } ?? []
            }
            #expect(try await ids("plans", as: "member") == [mine.id])
            #expect(try await ids("plans?all_tenants=1", as: "member") == [mine.id])
            #expect(try await ids("plans?project_id=\(FakeCallers.otherProject)", as: "member") == [mine.id])
            #expect(try await ids("plans", as: "admin") == [mine.id])
            #expect(try await ids("plans?all_tenants=true", as: "admin") == [mine.id, theirs.id])
            #expect(try await ids("plans?name=their&all_tenants=yes", as: "admin") == [theirs.id])
        }
    }

    @Test func `an unknown sort key is refused`() async throws {
        let api = try TestAPI()
        api.addPlan()
        try await api.run { client async throws in
            #expect(try await client.get("plans?sort=colour").status == 400)
        }
    }

    @Test func `name, description, status and resources can be changed`() async throws {
        let api = try TestAPI()
        let plan = api.addPlan()
        try await api.run { client in
            let other = "df1bcba7-0a9b-47f0-8ca9-22be7a5afb4e"
            let answer = try await client.put(
                "plans/\(plan.id)",
                [
                    "plan": [
                        "name": "new", "description": "text", "status": "started",
                        "resources": [["id": .string(other), "type": "OS::Cinder::Volume", "name": "vol1"]],
                    ]
                ])
            #expect(answer.status == 200)
            #expect(answer.json["plan"]?["name"] == "new")
            #expect(answer.json["plan"]?["description"] == "text")
            #expect(answer.json["plan"]?["status"] == "started")
            #expect(answer.json["plan"]?["resources"]?.array?.first?["id"] == .string(other))
            #expect(try await client.get("plans/\(plan.id)").json == answer.json)

            let again = try await client.put("plans/\(plan.id)", ["plan": ["status": "suspended"]])
            #expect(again.status == 400, "only a suspended plan may be changed")
        }
    }

    @Test(
        arguments: [
            [:], ["plan": [:]], ["plan": ["parameters": [:]]], ["plan": ["provider_id": "x"]], ["plan": ["name": nil]],
            ["plan": ["name": ""]], ["plan": ["status": "deleted"]], ["plan": ["resources": []]],
            [
                "plan": [
                    "resources": [
                        ["id": "248066a4-b709-4412-82a6-767fb45efcc8", "type": "OS::Nova::Server", "name": "x"]
                    ]
                ]
            ],
            ["plan": ["name": "x"], "other": 1],
        ] as [JSONValue])
    func `a change that may not be is refused whole`(body: JSONValue) async throws {
        let api = try TestAPI()
        let plan = api.addPlan()
        try await api.run { client async throws in
            #expect(try await client.put("plans/\(plan.id)", body).status == 400)
        }
        #expect(api.records.rows.withLock(\.plans) == [plan])
        #expect(api.writes == 0)
    }

    @Test func `a description can be taken away`() async throws {
        let api = try TestAPI()
        let plan = api.addPlan()
        try await api.run { client in
            _ = try await client.put("plans/\(plan.id)", ["plan": ["description": "x"]])
            let answer = try await client.put("plans/\(plan.id)", ["plan": ["description": nil]])
            #expect(answer.json["plan"]?["description"] == .null)
        }
    }

    @Test func `what is deleted is gone, and the answer is empty`() async throws {
        let api = try TestAPI()
        let plan = api.addPlan()
        try await api.run { client in
            let answer = try await client.delete("plans/\(plan.id)")
            #expect(answer.status == 200)
            #expect(answer.text.isEmpty)
            #expect(try await client.get("plans/\(plan.id)").status == 404)
            #expect(try await client.delete("plans/\(plan.id)").status == 404)
        }
    }
}
