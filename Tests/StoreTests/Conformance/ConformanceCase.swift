import Protection
import Testing

/// What the cases of each protocol need of a store: the protocol itself, and what brings rows into it or reads them.
typealias AnyOperationStore = any OperationStore & StepJournal & RecordStore
typealias AnyStepJournal = any OperationStore & StepJournal
typealias AnyRecordStore = any OperationStore & RecordStore
typealias AnyQuotaStore = any OperationStore & RecordStore & QuotaStore
typealias AnyServiceStore = any ServiceStore

/// One sentence of a protocol's contract, and how to check it on an empty store, whatever keeps it.
///
/// Another database runs the same cases: `@Test(arguments: operationStoreCases)`, each with a store of its own.
struct ConformanceCase<Store>: Sendable, CustomTestStringConvertible {
    let sentence: String
    let check: @Sendable (Store) async throws -> Void

    init(_ sentence: String, _ check: @Sendable @escaping (Store) async throws -> Void) {
        self.sentence = sentence
        self.check = check
    }

    var testDescription: String { sentence }
}

extension OperationStore {
    /// The operation as it stands in the queue; nil where it has ended, or there is none.
    func queued(_ id: String) async throws(StoreError) -> Protection.Operation? {
        try await unfinished().operations.first { $0.id == id }
    }
}
