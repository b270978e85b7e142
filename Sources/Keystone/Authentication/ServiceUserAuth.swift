import Telemetry

/// Requests in the daemon's own name, with its own token as `X-Auth-Token`.
package struct ServiceUserAuth: RequestAuthentication {
    private let tokens: ServiceTokenSource

    package init(tokens: ServiceTokenSource) {
        self.tokens = tokens
    }

    package var projectID: String? { tokens.grant?.project?.id }
    package var userID: String? { tokens.grant?.user.id }
    package var catalog: ServiceCatalog? { tokens.grant?.catalog }

    package func credentials(
        until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> RequestCredentials {
        credentials(try await tokens.token(until: deadline))
    }

    package func replacement(
        for rejected: RequestCredentials, until deadline: ContinuousClock.Instant
    ) async throws(ServiceError) -> RequestCredentials {
        credentials(try await tokens.replacement(for: rejected.serviceToken, until: deadline))
    }

    package func explainRefusal(
        of rejected: RequestCredentials, by serviceType: String, until deadline: ContinuousClock.Instant
    ) async -> Refusal {
        Refusal(.tokensRefused, "the service refuses the daemon's own token, also a renewed one")
    }

    private func credentials(_ token: ServiceToken) -> RequestCredentials {
        RequestCredentials(token: token.value, serviceToken: token, sendsServiceToken: false)
    }
}
