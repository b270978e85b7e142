import Protection
import Testing

@testable import API

@Suite struct CheckpointListingTests {
    private static let plan = "bbedb899-a713-40aa-868a-3f7fe55926b9"

    private func query(_ text: String, as who: String = "member") throws -> CheckpointQuery {
        try CheckpointListing(query: text, caller: try FakeCallers.caller(who), configuration: APIConfiguration()).query
    }

    @Test func `what is asked for reaches the bank`() throws {
        let query = try query(
            "plan_id=\(Self.plan)&start_date=2026-11-01&end_date=2026-11-24&limit=5&marker=m&sort=created_at:asc")
        #expect(query.projectID == FakeCallers.project)
        #expect(query.planID == Self.plan)
        #expect(query.startDate == "2026-11-01")
        #expect(query.endDate == "2026-11-24")
        #expect(query.order == .ascending)
        #expect(query.marker == "m")
        #expect(query.limit == 5)
    }

    @Test func `without a word it is the newest first`() throws {
        let query = try query("")
        #expect(query.order == .descending)
        #expect(query.limit == 1000)
        #expect(query.planID == nil)
    }

    @Test func `an end without a beginning is ignored`() throws {
        #expect(try query("end_date=2026-11-24").endDate == nil)
        for day in ["2026-11-24", "2028-02-29", "2000-02-29", "2026-12-31"] {
            #expect(try query("start_date=\(day)").startDate == day)
        }
    }

    @Test func `another project's are for admins who ask for all`() throws {
        #expect(try query("project_id=x").projectID == FakeCallers.project)
        #expect(try query("project_id=x&all_tenants=1").projectID == FakeCallers.project)
        #expect(try query("project_id=x", as: "admin").projectID == FakeCallers.project)
        #expect(try query("project_id=x&all_tenants=1", as: "admin").projectID == "x")
        #expect(try query("all_tenants=1", as: "admin").projectID == nil)
    }

    @Test(arguments: [
        "start_date=yesterday", "start_date=2026-13-01", "start_date=2026-02-31", "start_date=2026-02-29",
        "start_date=1900-02-29",
        "start_date=2026-04-31", "start_date=2026-01-00", "start_date=0000-01-01", "start_date=2026-1-1",
        "start_date=2026-11-24T00:00:00",
        "start_date=2026-11-2٤", "start_date=../../..", "plan_id=nope", "sort=id:asc", "sort=status:asc",
        "sort=name:asc", "limit=0",
    ])
    func `what a bank cannot answer is refused`(text: String) {
        let error = #expect(throws: APIError.self) { try query(text) }
        #expect(error?.kind == .badRequest)
    }

    @Test func `a page ends where it is heavy, and says where to go on`() async throws {
        let api = try TestAPI { $0.limits.pageBytes = 1 }
        let checkpoint = try api.addCheckpoint()
        try await api.run { client in
            let answer = try await client.get("providers/\(FakeProviders.infra)/checkpoints?limit=10")
            #expect(answer.json["checkpoints"]?.array?.count == 1)
            #expect(
                answer.json["checkpoints_links"]?.array?.first?["href"]
                    == .string("http://localhost\(APIClient.v1)/checkpoints?limit=10&marker=\(checkpoint.id)"))
        }
        #expect(api.operations.state.withLock { $0.lastQuery?.weightLimit } == 1)
    }

    @Test func `the next page's link leaves the provider out, as Karbor's does`() async throws {
        let api = try TestAPI()
        let checkpoint = try api.addCheckpoint()
        try await api.run { client in
            let answer = try await client.get("providers/\(FakeProviders.infra)/checkpoints?limit=1")
            #expect(
                answer.json["checkpoints_links"]?.array?.first?["href"]
                    == .string("http://localhost\(APIClient.v1)/checkpoints?limit=1&marker=\(checkpoint.id)"))
        }
    }
}
