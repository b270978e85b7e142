extension TokenIssuer {
    /// Tokens by which the credential's user acts for the user of a trust.
    ///
    /// Throws `.trustGone` where there is no such trust any more, `.trustRefused` where Keystone knows it and lets nobody act
    /// by it, and what an authentication throws.
    ///
    /// - Parameter client: asks about the trust with the daemon's own token.
    init(identity: IdentityClient, credential: CurrentCredential, trustID: String, reading client: TrustClient) {
        issue = { deadline async throws(ServiceError) in
            var scoped = credential.value
            scoped.scope = .trust(id: trustID)
            let refusal: ServiceError
            do throws(ServiceError) {
                return try await identity.authenticate(scoped, until: deadline)
            } catch {
                refusal = error
            }
            guard refusal.code == .credentialRefused else { throw refusal }
            // Keystone says 401 of a wrong password and of a trust that is gone, and 403 where the trust's user is disabled or
            // no longer has one of its roles.
            guard refusal.status == 401 else {
                throw Self.error(
                    .trustRefused,
                    "Keystone lets nobody act by the trust any more: its user is disabled or lost a role",
                    after: refusal)
            }
            do throws(ServiceError) {
                _ = try await client.trust(trustID, within: identity.time.now().duration(to: deadline))
            } catch {
                guard error.code == .notFound else { throw refusal }
                throw Self.error(.trustGone, "the operation's trust was deleted, or is over", after: refusal)
            }
            throw refusal
        }
    }

    private static func error(
        _ code: ServiceError.Code, _ message: String, after refusal: ServiceError
    ) -> ServiceError {
        ServiceError(
            code, message, serviceType: "identity", operation: refusal.operation, status: refusal.status,
            requestID: refusal.requestID, cause: refusal)
    }
}
