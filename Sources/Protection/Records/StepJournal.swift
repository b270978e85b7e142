/// Intents and results of the steps of operations that have not ended. Whatever returns has reached the disk.
package protocol StepJournal: Sendable {
    /// All steps of an operation; read once, when it is taken up.
    func steps(of operationID: String) async throws(StoreError) -> [StepRecord]
    /// The intent: written before the effect. Replaces the intent of an earlier attempt at the same step. A record that has
    /// its result already needs no `finish`.
    func begin(_ step: StepRecord) async throws(StoreError)
    /// The result: written after the effect.
    func finish(operationID: String, path: String, result: [UInt8]) async throws(StoreError)
}
