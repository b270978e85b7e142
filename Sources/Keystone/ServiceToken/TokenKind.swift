/// Which of the daemon's tokens a source keeps; the raw values are metric labels.
package enum TokenKind: String, Sendable {
    /// The one that goes as `X-Service-Token`.
    case service
    /// One by which it acts for the user of a trust.
    case trust
}
