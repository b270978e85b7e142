/// What is done about an answer that points elsewhere.
package enum RedirectPolicy: Sendable, Hashable {
    /// It is an answer like any other.
    case none
    /// GET and HEAD follow it up to `max` times within scheme, host and port, since the header fields carry tokens; to
    /// another origin it is an error (`.redirect`). To other methods it is an answer like any other.
    case sameOrigin(max: Int)
}
