import Protection
import Testing

@testable import API

@Suite struct PlanCreationTests {
    /// A good body, with some of it replaced; `.none` takes a member away.
    private static func body(_ changes: [String: JSONValue?] = [:]) -> JSONValue {
        ["plan": body.replacing(changes)]
    }

    private static let body: JSONValue = [
        "name": "plan-1", "description": "a plan", "provider_id": .string(FakeProviders.infra),
        "parameters": ["OS::Cinder::Volume": ["backup_mode": "full", "force": "False"]],
        "resources": [
            [
                "id": .string(TestAPI.volume), "type": "OS::Cinder::Volume", "name": "data-1",
                "extra_info": ["availability_zone": "nova"],
            ]
        ],
    ]

    @Test func `a plan is stored and given back as it came`() async throws {
        let api = try TestAPI()
        try await api.run { client in
            let created = try await client.post("plans", Self.body())
            #expect(created.status == 200)
            let plan = try #require(created.json["plan"])
            #expect(plan["parameters"]?.encoded == Self.body["parameters"]?.encoded)
            #expect(plan["status"] == "suspended")
            let id = try #require(plan["id"]?.string)
            #expect(UUIDText.isUUID(id))
            #expect(try await client.get("plans/\(id)").json["plan"] == plan)
            let stored = try #require(api.storedPlans.first)
            #expect(stored.projectID == FakeCallers.project)
            #expect(stored.createdAt == api.time.date())
        }
    }

    @Test func `what a client leaves out is null, or not there`() async throws {
        let resource: JSONValue = [
            "id": .string(TestAPI.volume), "type": "OS::Cinder::Volume", "name": nil, "colour": "red",
        ]
        try await TestAPI().run { client in
            let answer = try await client.post(
                "plans",
                Self.body(["name": .none, "description": .some(.null), "resources": [resource], "parameters": [:]])
            )
            #expect(answer.status == 200)
            let plan = answer.json["plan"]
            #expect(plan?["name"] == .null)
            #expect(plan?["description"] == .null)
            #expect(
                plan?["resources"] == [["id": .string(TestAPI.volume), "name": "", "type": "OS::Cinder::Volume"]])
        }
    }

    @Test(
        arguments: [
            ["name": .some(.null)], ["name": "  "], ["name": 7], ["description": 7], ["description": "a\u{7}"],
            ["provider_id": .none], ["provider_id": "nope"], ["provider_id": 7], ["provider_id": .some(.null)],
            ["provider_id": "00000000-0000-0000-0000-000000000000"], ["parameters": .none],
            ["parameters": .some(.null)], ["parameters": []], ["parameters": ["OS::No::Such": [:]]],
            ["parameters": ["OS::Cinder::Volume": ["colour": "red"]]],
            ["parameters": ["OS::Cinder::Volume": ["force": "perhaps"]]],
            ["parameters": ["OS::Cinder::Volume#7": [:]]], ["parameters": ["OS::Cinder::Volume": ["force": nil]]],
            ["resources": .none], ["resources": []], ["resources": [:]], ["resources": ["x"]],
            ["resources": [[:]]],
            ["resources": [["id": "248066a4-b709-4412-82a6-767fb45efcc8", "type": "OS::Cinder::Volume"]]],
            ["resources": [["id": "7", "type": "OS::Cinder::Volume", "name": "x"]]],
            ["resources": [["id": "../../etc", "type": "OS::Cinder::Volume", "name": "x"]]],
            ["resources": [["id": 7, "type": "OS::Cinder::Volume", "name": "x"]]],
            ["resources": [["id": "248066a4-b709-4412-82a6-767fb45efcc8", "type": "OS::No::Such", "name": "x"]]],
            ["resources": [["id": "248066a4-b709-4412-82a6-767fb45efcc8", "type": "OS::Nova::Server", "name": "x"]]],
            ["resources": [["id": "248066a4-b709-4412-82a6-767fb45efcc8", "type": "OS::Cinder::Volume", "name": 7]]],
            ["resources": [resource(extra: "text")]], ["resources": [resource(extra: [1])]],
            ["resources": [resource(extra: 3)]], ["resources": [resource(extra: true)]],
            ["status": "started"], ["id": "248066a4-b709-4412-82a6-767fb45efcc8"], ["project_id": "x"],
        ] as [[String: JSONValue?]])
    func `bad input is refused, and nothing is written`(changes: [String: JSONValue?]) async throws {
        let api = try TestAPI()
        try await api.run { client in
            let answer = try await client.post("plans", Self.body(changes))
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer.kind == "badRequest")
            #expect(answer.message?.isEmpty == false)
        }
        #expect(api.writes == 0)
    }

    private static func resource(extra: JSONValue) -> JSONValue {
        ["id": .string(TestAPI.volume), "type": "OS::Cinder::Volume", "name": "x", "extra_info": extra]
    }

    @Test(arguments: [nil, [:], ["a": ["b": [1, nil]]]] as [JSONValue])
    func `extra information of a resource is an object or nothing`(extra: JSONValue) async throws {
        try await TestAPI().run { client in
            let answer = try await client.post("plans", Self.body(["resources": [Self.resource(extra: extra)]]))
            #expect(answer.status == 200, "\(answer.text)")
            let shown = answer.json["plan"]?["resources"]?.array?.first?["extra_info"]
            #expect(shown == (extra.isNull ? Optional.none : extra))
        }
    }

    @Test func `a plan has as many resources as it may have, when it is made and when it is changed`() async throws {
        let api = try TestAPI { $0.limits.resources = 2 }
        let resource = Self.resource(extra: nil)
        try await api.run { client in
            let made = try await client.post("plans", Self.body(["resources": [resource, resource]]))
            #expect(made.status == 200, "\(made.text)")
            let more: JSONValue = [resource, resource, resource]
            let refused = try await client.post("plans", Self.body(["resources": more]))
            #expect(refused.status == 400)
            #expect(refused.message == "A plan may have 2 resources, not 3.")
            let id = try #require(made.json["plan"]?["id"]?.string)
            #expect(try await client.put("plans/\(id)", ["plan": ["resources": more]]).status == 400)
        }
    }

    @Test func `the no-op provider takes all eight types and any parameters`() async throws {
        let resources = ResourceType.all.map { type -> JSONValue in
            ["id": .string(TestAPI.volume), "type": .string(type.rawValue), "name": "x"]
        }
        try await TestAPI().run { client in
            let answer = try await client.post(
                "plans",
                Self.body([
                    "provider_id": .string(FakeProviders.noop), "resources": .array(resources),
                    "parameters": ["OS::Nova::Server": ["whatever": "x"], "OS::Cinder::Volume": ["colour": 7]],
                ]))
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["plan"]?["resources"]?.array?.count == 8)
        }
    }

    @Test func `beyond the quota a plan is refused, by the project's limit before the class's before ours`()
        async throws
    {
        let api = try TestAPI { $0.quotaPlans = 0 }
        try await api.run { client in
            let refused = try await client.post("plans", Self.body())
            #expect(refused.status == 413)
            #expect(refused.header("Retry-After") == "0")
            #expect(
                refused.json == [
                    "overLimit": [
                        "code": 413, "message": "Maximum number of plans allowed (0) exceeded", "retryAfter": "0",
                    ]
                ])
            #expect(api.writes == 0)

            api.quotas.setQuotaClass("default", [.plans: 1])
            #expect(try await client.post("plans", Self.body()).status == 200)
            let second = try await client.post("plans", Self.body())
            #expect(second.message == "Maximum number of plans allowed (1) exceeded")

            api.quotas.setQuota(of: FakeCallers.project, [.plans: -1])
            #expect(try await client.post("plans", Self.body()).status == 200)
        }
    }
}
