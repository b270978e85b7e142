/// Which of an operator's credentials the daemon's own token is made with.
///
/// The first of `[service_user]`, `[keystone_authtoken]` and `[trustee]` that has an `auth_url` and a project; if none has a
/// project, the first with an `auth_url`, which is worth a loud warning: a token without a project has no roles, and is
/// no service token for anybody.
package struct ServiceCredentialChoice: Sendable {
    package var credential: Credential
    /// The group that it is from.
    package var group: String
    /// What an operator should know, in whole sentences.
    package var warnings: [String]

    /// - Parameter groups: in the order of preference.
    package init(from groups: [CredentialSettings]) throws(CredentialSettingsError) {
        // Karbor's own rule: `[keystone_authtoken]` says how Keystone's certificate is checked, whoever asks it.
        let fallbackTrust = groups.first { $0.group == "keystone_authtoken" }?.trust ?? .system
        let usable = groups.filter(\.hasAuthURL)
        guard let chosen = usable.first(where: \.hasProject) ?? usable.first else {
            throw CredentialSettingsError(
                group: groups.first?.group ?? "service_user", option: "auth_url",
                message: "is not set, nor in \(groups.dropFirst().map { "[\($0.group)]" }.joined(separator: " or "))")
        }
        credential = try chosen.credential(fallbackTrust: fallbackTrust)
        group = chosen.group
        warnings = []
        if !chosen.hasProject {
            warnings.append(
                """
                [\(chosen.group)] names no project, and no other group does: the service token will have no roles, and \
                services will refuse requests with it. Set project_name and project_domain_name in [service_user]
                """)
        }
        if chosen.trust == .insecure || (chosen.trust == nil && fallbackTrust == .insecure) {
            warnings.append("The certificate of Keystone is not checked: insecure is set")
        }
    }
}
