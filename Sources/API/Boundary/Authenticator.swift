package import Engine

/// Turns the tokens of a request into its caller.
package protocol Authenticator: Sendable {
    /// Called once a request, before anything of it but its head is read. May answer from a cache; has its own deadline.
    func authenticate(_ credentials: PresentedCredentials) async throws(AuthenticationFault) -> Caller
}
