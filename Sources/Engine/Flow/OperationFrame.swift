import FoundationEssentials
import Protection

/// What stands around the resources in an operation of one kind: the states before, after success and after failure, in the
/// log, in the bank and in the row of a restore or verification.
///
///     protect   protecting -> available | error           log and checkpoint
///     delete    deleting -> deleted | error-deleting      log and checkpoint
///     restore   in_progress -> success | fail             log and row
///     verify    in_progress -> success | fail             log and row
struct OperationFrame: Sendable {
    let kind: OperationKind

    var running: String {
        checkpointStatus?.running.rawValue ?? RestoreStatus.inProgress.rawValue
    }

    func ended(_ succeeded: Bool) -> String {
        if let status = checkpointStatus { return (succeeded ? status.success : status.failure).rawValue }
        return (succeeded ? RestoreStatus.success : RestoreStatus.fail).rawValue
    }

    /// The states of the checkpoint, where the operation changes it.
    var checkpointStatus: (running: CheckpointStatus, success: CheckpointStatus, failure: CheckpointStatus)? {
        switch kind {
        case .protect: (.protecting, .available, .error)
        case .delete: (.deleting, .deleted, .errorDeleting)
        case .restore, .verify: nil
        }
    }
}
