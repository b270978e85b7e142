import Logging
import Testing

@testable import API

@Suite struct RequestLogTests {
    @Test func `a request has one line, with the route's template and no more of it`() async throws {
        let api = try TestAPI()
        let plan = api.addPlan()
        try await api.run { client in
            let answer = try await client.get("plans/\(plan.id)?secret=1")
            let lines = api.log.lines.filter { $0.message == "request" }
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
            let line = try #require(api.log.lines.first { $0.message == "request" })
            #expect("\(line.fields["status"] ?? "")" == "401")
            #expect(line.fields["project_id"] == nil)
        }
    }

    @Test func `that all is well is said at debug level only`() async throws {
        let api = try TestAPI()
        try await api.run { client in
            _ = try await client.get("/healthz")
            #expect(api.log.lines.filter { $0.level >= .info }.isEmpty)
            #expect(api.log.lines.filter { $0.level == .debug && $0.message == "request" }.count == 1)
            api.impediments.withLock { $0 = [.keystoneSilent] }
            _ = try await client.get("/readyz")
            #expect(api.log.lines.contains { $0.level == .info && $0.message == "request" })
        }
    }

    @Test func `of the level of the log only the API's own lines know, not those of what it stands on`() async throws {
        let api = try TestAPI()
        #expect(api.log.logger.logLevel == .trace)
        #expect(api.server().logger.logLevel == .info)
        try await api.run(.live) { client in
            _ = try await client.get("/healthz")
            _ = try await client.send("POST", "plans", bytes: Array("{".utf8))
        }
        let lines = api.log.lines.filter { $0.level < .info }
        #expect(lines.map(\.message) == ["request"], "\(lines)")
    }

    @Test func `a request whose body breaks off has a line, too`() async throws {
        let api = try TestAPI()
        try await api.listen { _, port in
            _ = try await RawClient.exchange(
                port: port,
                "POST \(APIClient.v1)/plans HTTP/1.1\r\nHost: x\r\nX-Auth-Token: member-token\r\n"
                    + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"pla\r\nzz\r\n")
        }
        let lines = api.log.lines.filter { $0.message == "request" }
        let line = try #require(lines.first)
        #expect(lines.count == 1)
        #expect("\(line.fields["status"] ?? "")" == "400")
        #expect(line.fields["route"] == "/v1/{project_id}/plans")
        #expect(line.fields["project_id"] == .string(FakeCallers.project))
    }
}
