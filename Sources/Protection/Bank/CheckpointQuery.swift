/// Which checkpoints of a provider to list.
package struct CheckpointQuery: Sendable {
    /// Nil lists those of all projects.
    package var projectID: String?
    package var planID: String?
    /// `YYYY-MM-DD`, both inclusive.
    package var startDate: String?
    package var endDate: String?
    package var order: BankOrder
    /// The id of the checkpoint after which to begin.
    package var marker: String?
    package var limit: Int?

    package init(
        projectID: String?, planID: String? = nil, startDate: String? = nil, endDate: String? = nil,
        order: BankOrder = .descending, marker: String? = nil, limit: Int? = nil
    ) {
        self.projectID = projectID
        self.planID = planID
        self.startDate = startDate
        self.endDate = endDate
        self.order = order
        self.marker = marker
        self.limit = limit
    }
}
