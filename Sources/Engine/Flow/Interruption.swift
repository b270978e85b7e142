package import FoundationEssentials

/// Why an operation is ended before its work is done.
package enum Interruption: Error, Sendable, Equatable, CustomStringConvertible {
    /// The daemon stops. The operation goes on when it is started again.
    case suspended
    /// Its user has cancelled it.
    case cancelled
    /// The user's token will soon not be accepted any more, not even with a service token.
    case windowCloses(at: Date)
    /// It has taken as long as an operation may.
    case timedOut(at: Date)
    /// There is no time left to clean up in.
    case cleanUpEnded

    package var description: String {
        switch self {
        case .suspended: "the daemon was stopped"
        case .cancelled: "cancelled"
        case .windowCloses(let date):
            "stopped before the end of the time in which the user's token is accepted with a service token"
                + " (\(date.formatted(.iso8601)), [protection] allow_expired_window)"
        case .timedOut(let date):
            "not done by \(date.formatted(.iso8601)) ([protection] max_operation_duration)"
        case .cleanUpEnded: "there was no time left to remove it"
        }
    }
}
