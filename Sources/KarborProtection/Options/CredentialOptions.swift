import OsloConfig
import Telemetry

/// The options by which keystoneauth is told who a service is: the same in every group that has a credential.
///
/// `auth_type` is `password` (or `v3password`) or `v3applicationcredential`.
struct CredentialOptions: Sendable {
    let group: String
    let authType: ConfigOption<String?>
    let authSection: ConfigOption<String?>
    let authURL: ConfigOption<String?>
    let username: ConfigOption<String?>
    let userID: ConfigOption<String?>
    let userDomainID: ConfigOption<String?>
    let userDomainName: ConfigOption<String?>
    let password: ConfigOption<Secret<String>?>
    let projectID: ConfigOption<String?>
    let projectName: ConfigOption<String?>
    let projectDomainID: ConfigOption<String?>
    let projectDomainName: ConfigOption<String?>
    let domainID: ConfigOption<String?>
    let domainName: ConfigOption<String?>
    let systemScope: ConfigOption<String?>
    let trustID: ConfigOption<String?>
    let defaultDomainID: ConfigOption<String?>
    let defaultDomainName: ConfigOption<String?>
    let applicationCredentialID: ConfigOption<String?>
    let applicationCredentialName: ConfigOption<String?>
    let applicationCredentialSecret: ConfigOption<Secret<String>?>
    let caFile: ConfigOption<String?>
    let insecure: ConfigOption<Bool>

    init(in group: String) {
        self.group = group
        func text(_ name: String, deprecated: [DeprecatedName] = [], _ help: String) -> ConfigOption<String?> {
            .string(name, in: group, deprecated: deprecated, help: help)
        }
        authType = text(
            "auth_type", deprecated: ["auth_plugin"],
            "How to authenticate with Keystone: password, v3password or v3applicationcredential.")
        authSection = text("auth_section", "Another group to take all of these options from.")
        authURL = text("auth_url", "Keystone's address, with or without /v3.")
        username = text("username", deprecated: ["user_name"], "Name of the service's user.")
        userID = text("user_id", "Id of the service's user, in place of name and domain.")
        userDomainID = text("user_domain_id", "Id of that user's domain.")
        userDomainName = text("user_domain_name", "Name of that user's domain, in place of its id.")
        password = .secret("password", in: group, help: "Password of that user. A $ in it is written $$.")
        projectID = text(
            "project_id", deprecated: ["tenant_id"], "Id of the project in which the user has the role service.")
        projectName = text("project_name", deprecated: ["tenant_name"], "Name of that project, in place of its id.")
        projectDomainID = text("project_domain_id", "Id of that project's domain.")
        projectDomainName = text("project_domain_name", "Name of that project's domain, in place of its id.")
        domainID = text("domain_id", "Id of a domain to be scoped to, in place of a project.")
        domainName = text("domain_name", "Name of a domain to be scoped to, in place of a project.")
        systemScope = text("system_scope", "all: be scoped to the system, in place of a project.")
        trustID = text("trust_id", "Id of a trust to be scoped to, in place of a project.")
        defaultDomainID = text("default_domain_id", "Id of the domain of user and project where none is named.")
        defaultDomainName = text("default_domain_name", "Name of that domain, in place of its id.")
        applicationCredentialID = text("application_credential_id", "Id of an application credential.")
        applicationCredentialName = text(
            "application_credential_name", "Name of an application credential; needs its user, too.")
        applicationCredentialSecret = .secret(
            "application_credential_secret", in: group,
            help: "Secret of that application credential. A $ in it is written $$.")
        caFile = text("cafile", "File of the certificates by which Keystone's is verified. Unset: the system's.")
        insecure = .boolean("insecure", in: group, default: false, help: "Do not verify Keystone's certificate.")
    }

    /// Those of the group that `auth_section` names, else these.
    func resolved(in configuration: Configuration) throws(ConfigurationError) -> CredentialOptions {
        try section(in: configuration).map(CredentialOptions.init) ?? self
    }

    /// The other group that `auth_section` names.
    func section(in configuration: Configuration) throws(ConfigurationError) -> String? {
        guard let section = try configuration.get(authSection), !section.isEmpty, section != group else { return nil }
        return section
    }

    var options: [AnyConfigOption] {
        [
            authType.erased, authSection.erased, authURL.erased, username.erased, userID.erased, userDomainID.erased,
            userDomainName.erased, password.erased, projectID.erased, projectName.erased, projectDomainID.erased,
            projectDomainName.erased, domainID.erased, domainName.erased, systemScope.erased,
            trustID.erased, defaultDomainID.erased,
            defaultDomainName.erased, applicationCredentialID.erased, applicationCredentialName.erased,
            applicationCredentialSecret.erased, caFile.erased, insecure.erased,
        ] + withoutEffect
    }

    private var withoutEffect: [AnyConfigOption] {
        [
            ConfigOption<String?>.string("certfile", in: group, help: "Client certificate.").withoutEffect.erased,
            ConfigOption<String?>.string("keyfile", in: group, help: "Key of that certificate.").withoutEffect.erased,
            ConfigOption<Int?>.integer("timeout", in: group, help: "Seconds a request may take.").withoutEffect.erased,
            ConfigOption.boolean("collect_timing", in: group, default: false, help: "Measure requests.")
                .withoutEffect.erased,
            ConfigOption.boolean("split_loggers", in: group, default: false, help: "Log requests apart.")
                .withoutEffect.erased,
        ]
    }
}
