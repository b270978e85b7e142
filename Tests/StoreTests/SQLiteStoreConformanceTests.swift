import Protection
import Store
import Telemetry
import Testing

/// Every protocol's contract, on SQLite.
@Suite struct SQLiteStoreConformanceTests {
    @Test(arguments: operationStoreCases) func `operations`(_ item: ConformanceCase) async throws {
        try await run(item)
    }
    @Test(arguments: stepJournalCases) func `steps`(_ item: ConformanceCase) async throws { try await run(item) }
    @Test(arguments: recordStoreCases) func `records`(_ item: ConformanceCase) async throws { try await run(item) }
    @Test(arguments: quotaStoreCases) func `quotas`(_ item: ConformanceCase) async throws { try await run(item) }
    @Test(arguments: serviceStoreCases) func `services`(_ item: ConformanceCase) async throws { try await run(item) }

    private func run(_ item: ConformanceCase) async throws {
        let folder = try TemporaryFolder()
        let store = try await folder.openStore()
        try await item.check(store)
        await store.close()
    }
}
