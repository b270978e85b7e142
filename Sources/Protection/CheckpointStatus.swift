/// Where a checkpoint stands, in Karbor's words.
///
///     protecting                       -> available | error          the protect operation
///     available, error, error-deleting -> deleting                   the delete operation
///     deleting                         -> deleted | error-deleting   the delete operation
///     what is resettable               -> available | error          reset state, by a user (`isResettable`)
///
/// The last three of them are upstream's words, which a bank may hold; nothing here leads to them.
package enum CheckpointStatus: String, Sendable {
    case protecting
    case available
    case error
    case deleting
    case deleted
    case errorDeleting = "error-deleting"
    case waitCopying = "wait_copying"
    case copying
    case finished

    /// The states that `os-resetState` may leave.
    package var isResettable: Bool {
        switch self {
        case .available, .error, .copying, .waitCopying, .finished: true
        case .protecting, .deleting, .deleted, .errorDeleting: false
        }
    }

    package var isDeletable: Bool { self == .available || self == .error || self == .errorDeleting }
}
