import FoundationEssentials

/// The body of `POST /v3/OS-TRUST/trusts`.
struct TrustRequest: Encodable {
    private let trust: Fields

    init(of context: RequestContext, project: String, to trusteeID: String, until end: Date) {
        trust = Fields(
            trustorID: context.userID, trusteeID: trusteeID, projectID: project,
            roles: context.roleIDs.map(Fields.Role.init), expiresAt: end.formatted(.iso8601))
    }

    private struct Fields: Encodable {
        var trustorID: String
        var trusteeID: String
        var projectID: String
        /// Services see the user, not the daemon: what is made belongs to the user.
        var impersonation = true
        var roles: [Role]
        var expiresAt: String
        var allowRedelegation = false

        /// By its id: Keystone refuses a name that a role of some domain has, too.
        struct Role: Encodable {
            var id: String
        }

        enum CodingKeys: String, CodingKey {
            case impersonation, roles
            case trustorID = "trustor_user_id"
            case trusteeID = "trustee_user_id"
            case projectID = "project_id"
            case expiresAt = "expires_at"
            case allowRedelegation = "allow_redelegation"
        }
    }
}
