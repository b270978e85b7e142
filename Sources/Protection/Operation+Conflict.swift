extension Operation {
    /// Why this one may not be admitted beside `other`, which has not ended; nil where it may.
    ///
    /// Restores and verifications of one checkpoint may run together; everything else has it for itself. A delete is
    /// admitted behind a protect that was cancelled.
    package func conflict(with other: Operation) -> StoreError? {
        guard mustAwait(other) else { return nil }
        if kind == .delete, other.kind == .protect, other.cancelledAt != nil { return nil }
        return StoreError(
            .conflict, "checkpoint \(checkpointID) is being \(other.kind.participle) (operation \(other.id))")
    }

    /// Whether this one, which came later, may not begin before `other` has ended.
    package func mustAwait(_ other: Operation) -> Bool {
        checkpointID == other.checkpointID && !(kind.onlyReads && other.kind.onlyReads)
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
