package import FoundationEssentials

/// The record of an operation that its user reads: what was done, when, and why it failed.
package struct OperationLog: Sendable, Equatable {
    package var id: String
    package var projectID: String
    /// `protect`, `restore`, `verify` or `delete`.
    package var operationType: String
    package var checkpointID: String?
    package var planID: String?
    package var providerID: String?
    package var restoreID: String?
    package var scheduledOperationID: String?
    /// The words of what it works on: a checkpoint's (`protecting`, `available`) or a restore's (`in_progress`, `success`).
    package var status: String
    package var startedAt: Date?
    package var endedAt: Date?
    package var errorInfo: String?
    /// An object with `acceptable_until` and `progress`.
    package var extraInfo: JSONValue
    package var createdAt: Date

    package init(
        id: String, projectID: String, operationType: String, checkpointID: String?, planID: String? = nil,
        providerID: String?, restoreID: String? = nil, scheduledOperationID: String? = nil, status: String,
        startedAt: Date? = nil, endedAt: Date? = nil, errorInfo: String? = nil, extraInfo: JSONValue = .null,
        createdAt: Date
    ) {
        self.id = id
        self.projectID = projectID
        self.operationType = operationType
        self.checkpointID = checkpointID
        self.planID = planID
        self.providerID = providerID
        self.restoreID = restoreID
        self.scheduledOperationID = scheduledOperationID
        self.status = status
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.errorInfo = errorInfo
        self.extraInfo = extraInfo
        self.createdAt = createdAt
    }
}
