/// `[protection] trusts`: whether operations get a trust, by which they go on when their user's token is no longer accepted.
package enum TrustPolicy: String, Sendable, CaseIterable {
    case off
    /// Every operation, and works by it from its beginning. One that can have none is refused.
    case on
    /// Those whose user's token is not accepted for as long as an operation may take. One that can have none goes on
    /// within that time.
    case auto
}
