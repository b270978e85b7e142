import Protection
import Testing

@testable import API

@Suite struct ProviderTests {
    private func ids(_ client: APIClient, _ query: String) async throws -> [String] {
        try await client.get("providers" + query).json["providers"]?.array?.compactMap { $0["id"]?.string } ?? []
    }

    @Test func `providers are sorted by id, and paged by it`() async throws {
        try await TestAPI().run { client in
            #expect(try await ids(client, "") == [FakeProviders.noop, FakeProviders.infra])
            #expect(try await ids(client, "?sort=name:asc") == [FakeProviders.noop, FakeProviders.infra])
            #expect(try await ids(client, "?limit=1") == [FakeProviders.noop])
            #expect(try await ids(client, "?marker=\(FakeProviders.noop)") == [FakeProviders.infra])
            let page = try await client.get("providers?limit=1")
            #expect(
                page.json["providers_links"]?.array?.first?["href"]?.string?
                    .hasSuffix("/providers?limit=1&marker=\(FakeProviders.noop)") == true)
            #expect(try await client.get("providers?marker=nope").status == 404)
        }
    }

    @Test func `a filter matches the whole`() async throws {
        try await TestAPI().run { client async throws in
            #expect(try await ids(client, "?name=No-Op+Provider") == [FakeProviders.noop])
            #expect(try await ids(client, "?name=No-Op") == [])
            #expect(try await ids(client, "?colour=red").count == 2)
        }
    }

    @Test func `there is a schema for each thing that can be asked, also for a verification`() async throws {
        try await TestAPI().run { client in
            let answer = try await client.get("providers/\(FakeProviders.noop)")
            let schemas = try #require(answer.json["provider"]?["extended_info_schema"]?.object)
            #expect(schemas.keys == ["options_schema", "restore_schema", "saved_info_schema", "verify_schema"])
            for schema in schemas.values { #expect(schema.object?.count == 8) }
        }
    }

    @Test func `an id that is no UUID is refused, an unknown one not found`() async throws {
        try await TestAPI().run { client in
            let bad = try await client.get("providers/nope")
            #expect(bad.status == 400)
            #expect(bad.message == "Invalid provider id provided.")
            #expect(try await client.get("providers/00000000-0000-0000-0000-000000000000").status == 404)
        }
    }
}
