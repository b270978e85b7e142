import Protection
import Testing

typealias AnyStore = any OperationStore & StepJournal & RecordStore & QuotaStore & ServiceStore

/// One sentence of a protocol's contract, and how to check it on an empty store, whatever database that is.
///
/// Another database runs the same cases: `@Test(arguments: operationStoreCases)`, each with a store of its own.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
    let sentence: String
    let check: @Sendable (AnyStore) async throws -> Void

    init(_ sentence: String, _ check: @Sendable @escaping (AnyStore) async throws -> Void) {
        self.sentence = sentence
        self.check = check
    }

    var testDescription: String { sentence }
}
