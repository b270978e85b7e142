/// Whom a `ServiceTokenSource` asks for its tokens: one identity and one credential.
package struct TokenIssuer: Sendable {
    /// Asks once, until the deadline at most.
    let issue: @Sendable (_ deadline: ContinuousClock.Instant) async throws(ServiceError) -> Token

    package init(identity: IdentityClient, credential: CurrentCredential) {
        issue = { deadline async throws(ServiceError) in
            try await identity.authenticate(credential.value, until: deadline)
        }
    }

    package init(
        issue: @escaping @Sendable (_ deadline: ContinuousClock.Instant) async throws(ServiceError) -> Token
    ) {
        self.issue = issue
    }
}
