/// What a failed node means for the rest of its graph. In both cases what runs already runs to its end.
package enum FailurePolicy: Sendable, Hashable, CaseIterable {
    /// Only what depends on the failed node, directly or not, is skipped.
    case skipDependants
    /// Nothing new starts.
    case stopAll
}
