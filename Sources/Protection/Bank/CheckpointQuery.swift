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
    /// Where the list ends whatever `limit` says: with the checkpoint that brings it to this weight. Nil for none.
    package var weightLimit: Int?

    package init(
        projectID: String?, planID: String? = nil, startDate: String? = nil, endDate: String? = nil,
        order: BankOrder = .descending, marker: String? = nil, limit: Int? = nil,
        weightLimit: Int? = nil
    ) {
        self.projectID = projectID
        self.planID = planID
        self.startDate = startDate
        self.endDate = endDate
        self.order = order
        self.marker = marker
        self.limit = limit
        self.weightLimit = weightLimit
    }

    /// Whether a list that holds these has come to one of its limits, so that there may be more.
    package func isFilled(by checkpoints: [Checkpoint]) -> Bool {
        checkpoints.count >= limit ?? .max || checkpoints.reduce(0) { $0 + $1.weight } >= weightLimit ?? .max
    }
}
