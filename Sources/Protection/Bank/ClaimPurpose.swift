/// What a daemon has claimed a checkpoint for.
package enum ClaimPurpose: String, Sendable {
    case protect, restore, verify, delete, reset

    package init(_ kind: OperationKind) {
        switch kind {
        case .protect: self = .protect
        case .restore: self = .restore
        case .verify: self = .verify
        case .delete: self = .delete
        }
    }

    /// Whether it may be beside others that only read.
    package var onlyReads: Bool { self == .restore || self == .verify }

    var participle: String {
        switch self {
        case .protect: "protected"
        case .restore: "restored"
        case .verify: "verified"
        case .delete: "deleted"
        case .reset: "reset"
        }
    }
}
