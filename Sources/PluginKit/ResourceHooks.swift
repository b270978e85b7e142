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

    /// Removes what the hooks made outside the bank and no longer need.
    ///
    /// Runs when the operation has ended for the resource and did not succeed, or when a step was in doubt. It must find what
    /// to remove by its marker, may run more than once, and throws for what it had to leave: the reason then names it.
    func cleanUp(_ context: ResourceContext, keepsResult: Bool) async throws
}

extension ResourceHooks {
    package func prepareBegin(_ context: ResourceContext) async throws {}
    package func prepareFinish(_ context: ResourceContext) async throws {}
    package func main(_ context: ResourceContext) async throws {}
    package func complete(_ context: ResourceContext) async throws {}
    package func cleanUp(_ context: ResourceContext, keepsResult: Bool) async throws {}
}
