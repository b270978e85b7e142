/// By which trust an operation's clients go on when the user's own token is no longer accepted.
package struct Delegation: Sendable, Equatable {
    package var trustID: String
    /// The user's own token is not used at all.
    package var isFromNow: Bool

    package init(trustID: String, isFromNow: Bool) {
        self.trustID = trustID
        self.isFromNow = isFromNow
    }
}
