/// Which of the daemon's own tokens a source keeps: a closed set, the values of the label `token`.
package enum TokenKind: String, Sendable, CaseIterable {
    /// The one of the service user, for the whole process.
    case service
}
