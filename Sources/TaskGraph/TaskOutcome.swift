/// How a node of a graph ended. Every node has exactly one outcome.
package enum TaskOutcome<ID: Hashable & Sendable>: Sendable {
    case succeeded
    /// Its body threw.
    case failed(any Error)
    /// It never started, because of this node's failure. Of several that failed, the one that ended first.
    case skipped(because: ID)
    /// The run was cancelled, before the node started or while its body ran.
    case cancelled
}
