extension Operation {
    /// Why this one may not be admitted beside `other`, which has not ended; nil where it may. Restores and verifications of
    /// one checkpoint may run together; everything else has it for itself.
    package func conflict(with other: Operation) -> StoreError? {
        guard checkpointID == other.checkpointID, !(kind.onlyReads && other.kind.onlyReads) else { return nil }
        return StoreError(
            .conflict, "checkpoint \(checkpointID) is being \(other.kind.participle) (operation \(other.id))")
    }
}

extension OperationKind {
    fileprivate var onlyReads: Bool { self == .restore || self == .verify }

    fileprivate var participle: String {
        switch self {
        case .protect: "protected"
        case .restore: "restored"
        case .verify: "verified"
        case .delete: "deleted"
        }
    }
}
