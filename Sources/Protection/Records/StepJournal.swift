package import FoundationEssentials

/// One effect outside the process, as the journal knows it.
package struct StepRecord: Sendable, Equatable {
    package var operationID: String
    /// `<type>/<id>/<hook>/<step>`, unique in its operation.
    package var path: String
    /// What the effect is marked with where it is made, so that it can be found again.
    package var marker: String
    package var begunAt: Date
    /// From when on an effect that was asked for and not seen can no longer happen: the call's own deadline.
    package var settlesAt: Date
    /// What it returned, encoded; nil while it is not known to have happened.
    package var result: [UInt8]?

    package init(
        operationID: String, path: String, marker: String, begunAt: Date, settlesAt: Date, result: [UInt8]? = nil
    ) {
        self.operationID = operationID
        self.path = path
        self.marker = marker
        self.begunAt = begunAt
        self.settlesAt = settlesAt
        self.result = result
    }
}

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
