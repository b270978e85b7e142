import Protection
import TestSupport
import Testing

@testable import Store

@Suite struct ListingTests {
    @Test func `the steps of an expression are those of the whole list, and one that takes more is refused`()
        async throws
    {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        let name = String(repeating: "a", count: 100)
        for index in 0..<20 { try await store.insert(Samples.plan(id: "\(index)", name: name), quota: -1) }
        let query = ListQuery(projectID: "p1", filters: ["name": "b"], limit: 10)
        func listed(steps: Int) async throws -> [Plan] {
            try await store.read { try Listing.plans.records(query, steps: steps, $0, Plan.init) }
        }
        #expect(try await listed(steps: 20_000).isEmpty)
        let error = await expectStoreError(.invalidQuery) { try await listed(steps: 2000) }
        #expect(error?.message == "the filter name cannot be matched: it takes too long")
        await store.close()
    }
}
