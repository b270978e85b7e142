import Logging
import Testing

@testable import API

@Suite struct RequestLogTests {
    @Test func `a request has one line, with the route's template and no more of it`() async throws {
        let api = try TestAPI()
        let plan = api.addPlan()
        try await api.run { client in
            let answer = try await client.get("plans/\(plan.id)?secret=1")
            let lines = api.log.lines.filter { $0.message == "Request" }
            let line = try #require(lines.first)
            #expect(lines.count == 1)
            #expect(line.level == .info)
            #expect(line.fields["method"] == "GET")
            #expect(line.fields["route"] == "/v1/{project_id}/plans/{plan_id}")
            #expect("\(line.fields["status"] ?? "")" == "200")
            #expect(line.fields["duration_ms"] != nil)
            #expect(line.fields["project_id"] == .string(FakeCallers.project))
            #expect(line.fields["request_id"] == .string(answer.header("X-Openstack-Request-Id") ?? ""))
            #expect(!api.log.text.contains(plan.id) && !api.log.text.contains("secret"))
        }
    }

    @Test func `who is refused has a line too, without a project`() async throws {
        let api = try TestAPI()
        try await api.run { client in
            _ = try await client.get("plans", as: nil)
            let line = try #require(api.log.lines.first { $0.message == "Request" })
            #expect("\(line.fields["status"] ?? "")" == "401")
            #expect(line.fields["project_id"] == nil)
        }
    }

    @Test func `that all is well is said at debug level only`() async throws {
        let api = try TestAPI()
        try await api.run { client in
            _ = try await client.get("/healthz")
            #expect(api.log.lines.filter { $0.level >= .info }.isEmpty)
            api.impediments.withLock { $0 = [Impediment(component: "keystone", reason: "down")] }
            _ = try await client.get("/readyz")
            #expect(api.log.lines.contains { $0.level == .info && $0.message == "Request" })
        }
    }
}
