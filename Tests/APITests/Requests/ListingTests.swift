import Engine
import Protection
import Testing

@testable import API

@Suite struct ListingTests {
    private static let configuration = APIConfiguration()

    private func listing(_ query: String?, as who: String = "member") async throws -> Listing {
        try Listing(
            query: query, caller: try FakeCallers.caller(who), maxLimit: 1000,
            columns: ["status", "name", "provider_id"],
            allowed: ["status", "name"])
    }

    @Test func `without a word it is the newest first, as many as may be`() async throws {
        let listing = try await listing(nil)
        #expect(listing.limit == 1000)
        #expect(listing.offset == 0)
        #expect(listing.marker == nil)
        #expect(listing.sort == [ListQuery.Sort(key: "created_at", isDescending: true)])
        #expect(listing.filters.isEmpty)
    }

    @Test func `a limit is cut to the most there is`() async throws {
        #expect(try await listing("limit=7").limit == 7)
        #expect(try await listing("limit=5000").limit == 1000)
    }

    @Test(arguments: [
        "limit=0", "limit=-1", "limit=x", "limit=", "limit=99999999999999999999", "offset=-1", "offset=2147483648",
        "offset=x", "sort=name:up", "sort_key=name&sort_dir=", "sort=name&sort_key=name", "sort=name&sort_dir=asc",
        "all_tenants=maybe", "all_tenants=",
    ])
    func `nonsense is the caller's mistake`(query: String) async throws {
        let error = await #expect(throws: APIError.self) { try await listing(query) }
        #expect(error?.kind == .badRequest)
    }

    @Test(arguments: [
        ("sort=name", ["-name"]), ("sort=name:asc,status:desc", ["+name", "-status"]), ("sort=name%3AASC", ["+name"]),
        ("sort_key=name", ["-name"]), ("sort_key=name&sort_dir=asc", ["+name"]), ("sort_dir=asc", ["+created_at"]),
        ("sort=", ["-created_at"]),
    ])
    func `an order is read in both of its spellings`(query: String, expected: [String]) async throws {
        let sort = try await listing(query).sort.map { ($0.isDescending ? "-" : "+") + $0.key }
        #expect(sort == expected)
    }

    @Test func `a filter that is not for everybody is dropped without a word`() async throws {
        let query = "status=error&provider_id=7&project_id=x&colour=red"
        #expect(try await listing(query).filters == ["status": "error"])
        #expect(try await listing(query, as: "admin").filters == ["status": "error", "provider_id": "7"])
    }

    @Test(arguments: [("name='a b'", "a b"), ("name=a+b", "a b"), ("name=%22x%22", "x"), ("name=7", "7")])
    func `a filter's value may be a Python literal`(query: String, expected: String) async throws {
        #expect(try await listing(query).filters["name"] == expected)
    }

    @Test func `a filter of None filters nothing`() async throws {
        #expect(try await listing("name=None").filters.isEmpty)
    }

    @Test func `all projects are for admins only`() async throws {
        let member = try FakeCallers.caller("member")
        let admin = try FakeCallers.caller("admin")
        for yes in ["1", "true", "yes", "True"] {
            #expect(try await listing("all_tenants=" + yes).projectID(member) == FakeCallers.project)
            #expect(try await listing("all_tenants=" + yes, as: "admin").projectID(admin) == nil)
        }
        #expect(try await listing("all_tenants=0", as: "admin").projectID(admin) == FakeCallers.project)
        #expect(try await listing("project_id=p", as: "admin").projectID(admin) == FakeCallers.project)
        #expect(try await listing("all_tenants=1&project_id=p", as: "admin").projectID(admin) == "p")
    }

    @Test func `a full page names the next one, with everything else as it was asked for`() async throws {
        let api = try TestAPI()
        for age in 0..<3 { api.addPlan(name: "plan \(age)", age: Double(age)) }
        try await api.run { client in
            var path = "plans?limit=2&name=plan+&sort=created_at%3Aasc"
            let first = try await client.get(path)
            #expect(first.json["plans"]?.array?.compactMap { $0["name"]?.string } == ["plan 2", "plan 1"])
            let marker = try #require(first.json["plans"]?.array?.last?["id"]?.string)
            let link = try #require(first.json["plans_links"]?.array?.first)
            #expect(link["rel"] == "next")
            #expect(
                link["href"]
                    == .string(
                        "http://localhost\(APIClient.v1)/plans?limit=2&name=plan+&sort=created_at%3Aasc&marker=\(marker)"
                    ))
            path = String(link["href"]?.string?.dropFirst("http://localhost".count) ?? "")
            let second = try await client.get(path)
            #expect(second.json["plans"]?.array?.compactMap { $0["name"]?.string } == ["plan 0"])
            #expect(second.json["plans_links"] == nil)
        }
    }

    @Test func `another project's row is no marker`() async throws {
        let api = try TestAPI()
        let foreign = api.addPlan(project: FakeCallers.otherProject)
        try await api.run { client in
            let known = try await client.get("plans?marker=\(foreign.id)")
            let unknown = try await client.get("plans?marker=\(TestAPI.unknown)")
            #expect(known.status == 404)
            #expect(unknown.status == 404)
        }
    }
}
