import Foundation
import Protection
import Testing

@testable import API

@Suite struct ServiceTests {
    private func withServices(_ body: @Sendable (APIClient) async throws -> Void) async throws {
        let api = try TestAPI()
        let now = api.time.date()
        api.quotas.rows.withLock { rows in
            rows.services = [
                ServiceRecord(
                    id: 1, binary: "karbor-protection", host: "one", isDisabled: false, disabledReason: nil,
                    createdAt: now - 900, updatedAt: now - 60),
                ServiceRecord(
                    id: 2, binary: "karbor-protection", host: "two", isDisabled: true, disabledReason: "repair",
                    createdAt: now - 61, updatedAt: nil),
            ]
        }
        try await api.run(.router, body)
    }

    @Test func `a service is up as long as it has been heard of`() async throws {
        try await withServices { client in
            let services = try #require(try await client.get("os-services", as: "admin").json["services"]?.array)
            #expect(
                services.first == [
                    "id": 1, "binary": "karbor-protection", "host": "one", "status": "enabled", "state": "up",
                    "updated_at": "2026-11-24T12:51:33.000000", "disabled_reason": nil,
                ])
            #expect(services.last?["state"] == "down")
            #expect(services.last?["status"] == "disabled")
            #expect(services.last?["updated_at"] == .null)
        }
    }

    @Test func `services are found by host and binary`() async throws {
        try await withServices { client async throws in
            func hosts(_ query: String) async throws -> [JSONValue] {
                try await client.get("os-services?" + query, as: "admin").json["services"]?.array?
                    .compactMap { $0["host"] } ?? []
            }
            #expect(try await hosts("host=two") == ["two"])
            #expect(try await hosts("binary=karbor-protection") == ["one", "two"])
            #expect(try await hosts("binary=karbor-protection&host=three") == [])
        }
    }

    @Test func `none can be disabled, as the only one that could is not here`() async throws {
        try await withServices { client in
            let answer = try await client.put("os-services/1", ["status": "disabled"], as: "admin")
            #expect(answer.status == 400)
            #expect(try await client.put("os-services/9", ["status": "disabled"], as: "admin").status == 404)
            #expect(try await client.put("os-services/1", ["status": "off"], as: "admin").status == 400)
            #expect(try await client.put("os-services/1", ["status": "disabled"]).status == 403)
        }
    }
}
