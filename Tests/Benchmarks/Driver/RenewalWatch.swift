import Keystone
import Loop

/// Gets the daemon's tokens from Keystone, and knows when it is doing so.
final class RenewalWatch: Sendable {
    struct Count: Sendable, Equatable {
        var begun = 0
        var ended = 0

        var isUnderWay: Bool { begun > ended }
    }

    private let state = Locked(Count())

    var count: Count { state.withLock { $0 } }

    func issuer(_ identity: IdentityClient, _ credential: Credential) -> TokenIssuer {
        TokenIssuer { deadline async throws(ServiceError) in
            self.state.withLock { $0.begun += 1 }
            defer { self.state.withLock { $0.ended += 1 } }
            return try await identity.authenticate(credential, until: deadline)
        }
    }
}
