package import FoundationEssentials

/// What a user wants protected, with which provider and parameters.
package struct Plan: Sendable, Equatable {
    package var id: String
    package var projectID: String
    package var name: String
    package var description: String?
    package var providerID: String
    /// `suspended`, or what a client set; it has no effect here.
    package var status: String
    package var resources: [Resource]
    package var parameters: Parameters
    package var createdAt: Date

    package init(
        id: String, projectID: String, name: String, description: String?, providerID: String,
        status: String = "suspended", resources: [Resource], parameters: Parameters, createdAt: Date
    ) {
        self.id = id
        self.projectID = projectID
        self.name = name
        self.description = description
        self.providerID = providerID
        self.status = status
        self.resources = resources
        self.parameters = parameters
        self.createdAt = createdAt
    }
}
