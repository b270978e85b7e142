/// Where a checkpoint's own objects are.
struct CheckpointKeys: Equatable {
    let index: BankKey
    let byProvider: BankKey
    let byDate: BankKey
    /// Nil for a checkpoint that does not say of which plan it is.
    let byPlan: BankKey?

    /// Throws `.invalidKey` where an id or the day is no part of a key.
    init(_ checkpoint: Checkpoint) throws(BankError) {
        let name = "\(checkpoint.timestamp)@\(checkpoint.id)"
        let project = checkpoint.projectID
        index = try Self.index(of: checkpoint.id)
        byProvider = try BankKey(parts: ["indices", "by-provider", checkpoint.providerID, project, name])
        byDate = try BankKey(parts: ["indices", "by-date", checkpoint.createdAt, project, name])
        if let plan = checkpoint.planID {
            byPlan = try BankKey(parts: ["indices", "by-plan", plan, project, checkpoint.createdAt, name])
        } else {
            byPlan = nil
        }
    }

    /// In the order in which they are written.
    var indices: [BankKey] { [byProvider, byDate] + (byPlan.map { [$0] } ?? []) }

    static func index(of id: String) throws(BankError) -> BankKey {
        try BankKey(parts: ["checkpoints", id, "index.json"])
    }
}
