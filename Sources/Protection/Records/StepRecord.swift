package import FoundationEssentials

/// One effect outside the process, as the journal knows it.
package struct StepRecord: Sendable, Equatable {
    package var operationID: String
    /// `<type>/<id>/<hook>/<step>`, unique in its operation.
    package var path: String
    package var begunAt: Date
    /// From when on an effect that was asked for and not seen can no longer happen: the call's own deadline.
    package var settlesAt: Date
    /// What it returned, encoded; nil while it is not known to have happened.
    package var result: [UInt8]?

    package init(
        operationID: String, path: String, begunAt: Date, settlesAt: Date, result: [UInt8]? = nil
    ) {
        self.operationID = operationID
        self.path = path
        self.begunAt = begunAt
        self.settlesAt = settlesAt
        self.result = result
    }
}
