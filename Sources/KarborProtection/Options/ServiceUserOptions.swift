import OsloConfig

/// The service's own credential, `[service_user]`: the first group a service token is taken from.
enum ServiceUserOptions {
    static let credential = CredentialOptions(in: "service_user")

    static let group = OptionGroup(
        credential.group,
        help: "Whose token is sent as the service token beside the user's. It needs the role that the other services "
            + "name in service_token_roles, usually service, and a project to have it in. Where this group has no "
            + "auth_url and project, [keystone_authtoken] is used, and then [trustee].",
        credential.options + [
            ConfigOption.boolean(
                "send_service_user_token", in: credential.group, default: false,
                help: "Send the service token at all. This daemon always does."
            ).withoutEffect.erased
        ])
}
