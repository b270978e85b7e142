import Foundation
import Protection
import Testing

@testable import API

@Suite struct OperationLogTests {
    @Test func `a log is shown with its reason, its times and its progress`() async throws {
        let api = try TestAPI()
        var log = api.addLog(status: "error")
        log.startedAt = api.time.date()
        log.errorInfo = "OS::Cinder::Volume#1: over quota (req-1)"
        log.extraInfo = ["acceptable_until": "2026-11-26T13:52:33Z", "progress": ["steps_done": 1, "steps_total": 4]]
        api.records.rows.withLock { [log] in $0.logs = [log] }
        try await api.run { [log] client in
            let shown = try #require(try await client.get("operation_logs/\(log.id)").json["operation_log"])
            #expect(shown["error_info"] == "OS::Cinder::Volume#1: over quota (req-1)")
            #expect(shown["extra_info"] == log.extraInfo)
            #expect(shown["started_at"] == "2026-11-24T12:52:33.000000")
            #expect(shown["ended_at"] == .null)
        }
    }

    @Test func `another project's log is not found`() async throws {
        let api = try TestAPI()
        let foreign = api.addLog(project: FakeCallers.otherProject)
        try await api.run { client in
            let answer = try await client.get("operation_logs/\(foreign.id)")
            #expect(answer.status == 404)
            #expect(answer.message == "OperationLog \(foreign.id) could not be found.")
            #expect(try await client.get("operation_logs/\(foreign.id)", as: "admin").status == 200)
            #expect(try await client.get("operation_logs").json == ["operation_logs": []])
            #expect(try await client.get("operation_logs/nope").status == 400)
        }
    }

    @Test func `logs are filtered by what everybody may filter by`() async throws {
        let api = try TestAPI()
        let failed = api.addLog(status: "error")
        api.addLog()
        try await api.run { client in
            let answer = try await client.get("operation_logs?status=error")
            #expect(answer.json["operation_logs"]?.array?.compactMap { $0["id"]?.string } == [failed.id])
        }
    }
}
