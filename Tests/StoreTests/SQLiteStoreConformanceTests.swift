import Protection
import Store
import TestSupport
import Testing

/// Every protocol's contract, on SQLite.
@Suite(.timeLimit(.minutes(1))) struct SQLiteStoreConformanceTests {
    @Test(arguments: operationStoreCases)
    func `operations`(_ item: ConformanceCase<AnyOperationStore>) async throws {
        try await withStore { try await item.check($0) }
    }

    @Test(arguments: trustStoreCases)
    func `trusts`(_ item: ConformanceCase<AnyTrustStore>) async throws {
        try await withStore { try await item.check($0) }
    }

    @Test(arguments: answerStoreCases)
    func `answers`(_ item: ConformanceCase<AnyAnswerStore>) async throws {
        try await withStore { try await item.check($0) }
    }

    @Test(arguments: stepJournalCases)
    func `steps`(_ item: ConformanceCase<AnyStepJournal>) async throws {
        try await withStore { try await item.check($0) }
    }

    @Test(arguments: recordStoreCases)
    func `records`(_ item: ConformanceCase<AnyRecordStore>) async throws {
        try await withStore { try await item.check($0) }
    }

    @Test(arguments: quotaStoreCases)
    func `quotas`(_ item: ConformanceCase<AnyQuotaStore>) async throws {
        try await withStore { try await item.check($0) }
    }

    @Test(arguments: serviceStoreCases)
    func `services`(_ item: ConformanceCase<AnyServiceStore>) async throws {
        try await withStore { try await item.check($0) }
    }

    private func withStore(_ body: (SQLiteStore) async throws -> Void) async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        try await body(store)
        await store.close()
    }
}
