package import FoundationEssentials

/// How an operation ended, with all that is written with it in one transaction.
package struct Conclusion: Sendable {
    package var operationID: String
    package var endedAt: Date
    /// The log's last status: `available`, `error`, `success`, `fail`, `deleted`, `error-deleting`.
    package var status: String
    package var errorInfo: String?
    package var extraInfo: JSONValue
    /// For a restore or verification.
    package var report: ResourceReport?

    package init(
        operationID: String, endedAt: Date, status: String, errorInfo: String?, extraInfo: JSONValue,
        report: ResourceReport? = nil
    ) {
        self.operationID = operationID
        self.endedAt = endedAt
        self.status = status
        self.errorInfo = errorInfo
        self.extraInfo = extraInfo
        self.report = report
    }
}
