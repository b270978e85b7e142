extension TokenIssuer {
    /// Tokens by which the credential's user acts for the user of a trust.
    ///
    /// Throws `.trustGone` where there is no such trust any more, `.trustRefused` where Keystone knows it and lets nobody act
    /// by it, and what an authentication throws.
    ///
    /// - Parameter client: asks about the trust with the daemon's own token.
    init(identity: IdentityClient, credential: CurrentCredential, trustID: String, reading client: TrustClient) {
        issue = { deadline async throws(ServiceError) in
            let own = credential.value
            guard case .password = own.method else {
                throw ServiceError(
                    .trustRefused, "the daemon's credential is an application credential, which cannot act by a trust",
                    serviceType: "identity")
            }
            var scoped = own
            scoped.scope = .trust(id: trustID)
            let refusal: ServiceError
            do throws(ServiceError) {
                return try await identity.authenticate(scoped, until: deadline)
            } catch {
                refusal = error
            }
            guard refusal.code == .credentialRefused else { throw refusal }
            // Keystone itself, and not a gateway, says 403 where the trust's user is disabled or no longer has one of its roles,
            // and where the trust is for another than the credential's user.
            if refusal.status == 403, (refusal.cause as? ServiceError)?.isDocumented == true {
                throw Self.error(
                    .trustRefused,
                    """
                    Keystone lets nobody act by the trust any more: its user is disabled or lost a role, or it was given to \
                    another service user than today's
                    """,
                    after: refusal)
            }
            // And 401 of a wrong password, of a trust that is gone, and of one whose project is disabled.
            guard refusal.status == 401 else { throw refusal }
            do throws(ServiceError) {
                _ = try await client.trust(trustID, within: identity.time.now().duration(to: deadline))
            } catch {
                guard error.code == .notFound else { throw refusal }
                throw Self.error(.trustGone, "the operation's trust was deleted, or is over", after: refusal)
            }
            guard (try? await identity.authenticate(own, until: deadline)) != nil else { throw refusal }
            throw Self.error(
                .trustRefused, "Keystone lets nobody act by the trust any more: its project is disabled",
                after: refusal)
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
