/// Which of the daemon's tokens a source keeps; the raw values are those of the label `token`.
package enum TokenKind: String, Sendable, CaseIterable {
    /// The one that goes as `X-Service-Token`.
    case service
    /// One by which it acts for the user of a trust.
    case trust
}
