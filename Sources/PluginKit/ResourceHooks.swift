/// What a plugin does for one resource in one operation: Karbor's four hooks, and the clean-up.
///
/// `prepareBegin` runs for parents first, `prepareFinish` and `complete` for children first, `main` after the resource's own
/// preparation and in no order among resources. When the daemon was restarted, a hook that had not ended runs again from its
/// beginning: steps that were finished return what they returned, and everything outside a step must bear repetition.
package protocol ResourceHooks: Sendable {
    func prepareBegin(_ context: ResourceContext) async throws
    func prepareFinish(_ context: ResourceContext) async throws
    func main(_ context: ResourceContext) async throws
    func complete(_ context: ResourceContext) async throws

    /// Puts the resource's own things in order when its result is not kept: what its part of the bank says of it.
    ///
    /// Runs at the end of the operation for each resource that was begun and did not end, after the plugin's `OperationSweep`
    /// has removed what was made in other services. May run more than once, and throws for what it had to leave: the reason
    /// then names it.
    func cleanUp(_ context: ResourceContext) async throws
}

extension ResourceHooks {
    package func prepareBegin(_ context: ResourceContext) async throws {}
    package func prepareFinish(_ context: ResourceContext) async throws {}
    package func main(_ context: ResourceContext) async throws {}
    package func complete(_ context: ResourceContext) async throws {}
    package func cleanUp(_ context: ResourceContext) async throws {}
}
