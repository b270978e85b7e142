package import FoundationEssentials

/// A verification of a checkpoint. It has all that a restore has but a target.
package struct Verification: Sendable, Equatable {
    package var id: String
    package var projectID: String
    package var providerID: String
    package var checkpointID: String
    package var parameters: Parameters
    package var status: RestoreStatus
    package var resources: ResourceReport
    package var createdAt: Date

    package init(
        id: String, projectID: String, providerID: String, checkpointID: String, parameters: Parameters,
        status: RestoreStatus = .inProgress, resources: ResourceReport = ResourceReport(), createdAt: Date
    ) {
        self.id = id
        self.projectID = projectID
        self.providerID = providerID
        self.checkpointID = checkpointID
        self.parameters = parameters
        self.status = status
        self.resources = resources
        self.createdAt = createdAt
    }
}
