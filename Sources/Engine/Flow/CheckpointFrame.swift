import Protection

/// The operation's checkpoint in its bank, and how an operation changes it. All of it bears repetition.
struct CheckpointFrame: Sendable {
    let operation: Operation
    let checkpoints: CheckpointCollection
    let store: any OperationStore

    func current() async throws -> Checkpoint { try await checkpoints.checkpoint(operation.checkpointID) }

    /// A protect makes its checkpoint where there is none: the daemon may have ended between accepting the operation and
    /// writing the bank. A deleted one loses its index objects.
    func set(_ status: CheckpointStatus) async throws {
        var checkpoint: Checkpoint
        do {
            checkpoint = try await current()
        } catch let error as BankError where error.code == .notFound && operation.kind == .protect {
            checkpoint = try await new()
            try await checkpoints.create(checkpoint)
        }
        if checkpoint.status != status {
            checkpoint.status = status
            try await checkpoints.update(checkpoint)
        }
        if status == .deleted { try await checkpoints.retire(checkpoint) }
    }

    func set(resourceGraph: String) async throws {
        var checkpoint = try await current()
        checkpoint.resourceGraph = resourceGraph
        try await checkpoints.update(checkpoint)
    }

    /// The new checkpoint of a protect, not written yet. Its time is that of its submission.
    func new() async throws -> Checkpoint {
        Checkpoint(
            id: operation.checkpointID, plan: try await store.plan(of: operation.id),
            ownerID: try await store.ownerID(), extraInfo: operation.extraInfo, at: operation.submittedAt)
    }
}
