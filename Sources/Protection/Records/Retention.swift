package import FoundationEssentials

/// For how long what has ended is kept.
package struct Retention: Sendable, Equatable {
    /// In seconds from the end of an operation; nil is for ever.
    package var maxAge: TimeInterval?
    /// How many ended operations there may be, the oldest go first; nil is any number.
    package var maxCount: Int?

    package init(maxAge: TimeInterval? = nil, maxCount: Int? = nil) {
        self.maxAge = maxAge
        self.maxCount = maxCount
    }
}

/// Removes rows that nobody needs any more.
package protocol RetentionStore: Sendable {
    /// Removes ended operations that `retention` keeps no longer, with their logs, restores and verifications; deleted plans that
    /// no log names; answers that are over. Of each at most `limit`, so that nobody waits long for it.
    ///
    /// An operation that has not ended is never removed. Returns whether there may be more to remove.
    func removeOutdated(_ retention: Retention, at date: Date, limit: Int) async throws(StoreError) -> Bool
}
