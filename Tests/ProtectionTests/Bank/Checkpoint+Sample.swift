import FoundationEssentials
import Protection

extension Checkpoint {
    static func sample(
        _ id: String, project: String = "project", provider: String = "provider", plan: String = "plan",
        timestamp: Int = 1_795_524_753, status: CheckpointStatus = .available
    ) -> Checkpoint {
        let plan = Plan(
            id: plan, projectID: project, name: "n", description: nil, providerID: provider, resources: [],
            parameters: Parameters(), createdAt: Date(timeIntervalSince1970: 0))
        var checkpoint = Checkpoint(
            id: id, plan: plan, ownerID: "o", extraInfo: nil, at: Date(timeIntervalSince1970: Double(timestamp)))
        checkpoint.status = status
        return checkpoint
    }
}
