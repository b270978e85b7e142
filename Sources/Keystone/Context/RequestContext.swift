package import FoundationEssentials
package import Telemetry

/// Who asked for something, with all that is needed to do it in their name later, also after a restart.
///
/// It holds the user's token. It is therefore not `Codable`: see `encodedWithSecrets()`.
package struct RequestContext: Sendable {
    /// `req-<uuid>`: the id under which the daemon does what was asked, sent along with every request.
    package var requestID: String
    /// The caller's own id for something larger, if it sent one.
    package var globalRequestID: String?
    package var userID: String
    package var userName: String?
    package var projectID: String?
    package var projectName: String?
    /// The project's domain, or the one that a domain-scoped token is for.
    package var domainID: String?
    package var roles: [String]
    /// Their ids, as far as Keystone told them: a domain may have a role of the same name as another's.
    package var roleIDs: [String]
    package var isAdmin: Bool
    package var isAdminProject: Bool
    package var token: Secret<String>
    package var tokenIssuedAt: Date?
    package var tokenExpiresAt: Date?
    package var catalog: ServiceCatalog?
    package var remoteAddress: String?
    /// Made from an application credential, or from a trust: such a token can make no trust.
    package var isApplicationCredential: Bool
    package var isTrust: Bool

    /// The context of a caller whose token Keystone has confirmed.
    ///
    /// - Parameter isAdmin: the outcome of the policy rule `context_is_admin`; unless given, whether there is a role `admin`.
    package init(
        token: Token, requestID: String, globalRequestID: String? = nil, isAdmin: Bool? = nil,
        remoteAddress: String? = nil
    ) {
        self.requestID = requestID
        self.globalRequestID = globalRequestID
        userID = token.user.id
        userName = token.user.name
        projectID = token.project?.id
        projectName = token.project?.name
        domainID = token.project?.domain?.id ?? token.domain?.id
        roles = token.roleNames
        roleIDs = token.roles.compactMap(\.id)
        self.isAdmin = isAdmin ?? token.roleNames.contains { $0.lowercased() == "admin" }
        isAdminProject = token.isAdminProject
        self.token = token.value
        tokenIssuedAt = token.issuedAt
        tokenExpiresAt = token.expiresAt
        catalog = token.catalog
        self.remoteAddress = remoteAddress
        isApplicationCredential =
            token.applicationCredential != nil || token.methods.contains("application_credential")
        isTrust = token.trust != nil
    }

    /// When not even a service token makes the user's token acceptable any more: `window` after its expiry.
    package func acceptableUntil(window: Duration) -> Date? {
        tokenExpiresAt.map { $0 + window / .seconds(1) }
    }
}
