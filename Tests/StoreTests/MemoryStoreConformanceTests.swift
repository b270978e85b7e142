import Protection
import TestSupport
import Testing

/// The contracts that the tests of engine and plugins stand on, on the store in memory.
@Suite(.timeLimit(.minutes(1))) struct MemoryStoreConformanceTests {
    @Test(arguments: operationStoreCases)
    func `operations`(_ item: ConformanceCase<AnyOperationStore>) async throws {
        try await item.check(MemoryStore(disk: MemoryDisk()))
    }

    @Test(arguments: trustStoreCases)
    func `trusts`(_ item: ConformanceCase<AnyTrustStore>) async throws {
        try await item.check(MemoryStore(disk: MemoryDisk()))
    }

    @Test(arguments: answerStoreCases)
    func `answers`(_ item: ConformanceCase<AnyAnswerStore>) async throws {
        try await item.check(MemoryStore(disk: MemoryDisk()))
    }

    @Test(arguments: stepJournalCases)
    func `steps`(_ item: ConformanceCase<AnyStepJournal>) async throws {
        try await item.check(MemoryStore(disk: MemoryDisk()))
    }
}
