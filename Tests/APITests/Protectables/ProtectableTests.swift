import Engine
import Protection
import Testing

@testable import API

@Suite struct ProtectableTests {
    private static let path = "protectables/OS::Cinder::Volume/instances"

    private func withVolumes(_ count: Int, _ body: @Sendable (APIClient, TestAPI) async throws -> Void) async throws {
        let api = try TestAPI()
        api.protectables.volumes.withLock { volumes in
            volumes = (0..<count).map { number in
                let id = "00000000-0000-0000-0000-00000000000\(number)"
                return ProtectableInstance(resource: Resource(type: .volume, id: id, name: "v\(number)"))
            }
        }
        try await api.run { client in try await body(client, api) }
    }

    @Test func `a type names those that it brings along, however it is spelt in the path`() async throws {
        try await TestAPI().run { client in
            for path in ["protectables/OS::Nova::Server", "protectables/OS%3A%3ANova%3A%3AServer"] {
                let answer = try await client.get(path)
                #expect(
                    answer.json == [
                        "protectable_type": [
                            "name": "OS::Nova::Server",
                            "dependent_types": ["OS::Cinder::Volume", "OS::Neutron::Network"],
                        ]
                    ])
            }
        }
    }

    @Test(arguments: ["", "/instances", "/instances/248066a4-b709-4412-82a6-767fb45efcc8"])
    func `an unknown type is the caller's mistake`(rest: String) async throws {
        try await TestAPI().run { client in
            let answer = try await client.get("protectables/OS::No::Such" + rest)
            #expect(answer.status == 400)
            #expect(answer.kind == "badRequest")
        }
    }

    @Test func `a type without a client is not implemented`() async throws {
        try await TestAPI().run { client in
            let answer = try await client.get("protectables/OS::Nova::Server/instances")
            #expect(answer.status == 501)
            #expect(answer.kind == "notImplemented")
        }
    }

    @Test func `instances are paged`() async throws {
        try await withVolumes(3) { client, _ in
            let first = try await client.get(Self.path + "?limit=2")
            #expect(first.json["instances"]?.array?.compactMap { $0["name"] } == ["v0", "v1"])
            #expect(first.json["instances_links"] != nil)
            let second = try await client.get(Self.path + "?limit=2&marker=00000000-0000-0000-0000-000000000001")
            #expect(second.json["instances"]?.array?.compactMap { $0["name"] } == ["v2"])
            #expect(second.json["instances_links"] == nil)
        }
    }

    @Test(
        arguments: [
            ("", [:]),
            ("parameters=%7B%27region_id%27%3A+%27RegionOne%27%7D", ["region_id": "RegionOne"]),
            ("parameters={}", [:]), ("parameters=", [:]),
        ] as [(String, JSONValue)])
    func `parameters are a Python dictionary`(query: String, expected: JSONValue) async throws {
        try await withVolumes(1) { client, api async throws in
            #expect(try await client.get(Self.path + "?" + query).status == 200)
            #expect(api.protectables.lastParameters.withLock { $0 } == expected)
        }
    }

    @Test(arguments: ["parameters=x", "parameters=[1]", "parameters=%7B", "limit=0"])
    func `a query that makes no sense is refused`(query: String) async throws {
        try await withVolumes(1) { client, _ async throws in
            #expect(try await client.get(Self.path + "?" + query).status == 400)
        }
    }

    @Test func `an instance is shown with its dependents; one that is not there is not found`() async throws {
        try await withVolumes(1) { client, _ in
            let answer = try await client.get(Self.path + "/00000000-0000-0000-0000-000000000000")
            #expect(
                answer.json.encoded
                    == "{\"instance\": {\"id\": \"00000000-0000-0000-0000-000000000000\", \"type\": \"OS::Cinder::Volume\", "
                    + "\"name\": \"v0\", \"extra_info\": null, \"dependent_resources\": []}}")
            #expect(try await client.get(Self.path + "/00000000-0000-0000-0000-000000000009").status == 404)
            #expect(try await client.get(Self.path + "/..%2f..%2fadmin").status == 400)
        }
    }
}
