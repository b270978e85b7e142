import HTTPTransport
import Keystone
import OsloConfig

extension CredentialSettings {
    /// The credential options of one group, or of the group that its `auth_section` names. It keeps its own name.
    init(_ options: CredentialOptions, in configuration: Configuration) throws(ConfigurationError) {
        let resolved = try options.resolved(in: configuration)
        self.init(group: options.group)
        authType = try configuration.get(resolved.authType)
        authURL = try configuration.get(resolved.authURL)
        username = try configuration.get(resolved.username)
        userID = try configuration.get(resolved.userID)
        userDomainID = try configuration.get(resolved.userDomainID)
        userDomainName = try configuration.get(resolved.userDomainName)
        password = try configuration.get(resolved.password)
        projectID = try configuration.get(resolved.projectID)
        projectName = try configuration.get(resolved.projectName)
        projectDomainID = try configuration.get(resolved.projectDomainID)
        projectDomainName = try configuration.get(resolved.projectDomainName)
        domainID = try configuration.get(resolved.domainID)
        domainName = try configuration.get(resolved.domainName)
        systemScope = try configuration.get(resolved.systemScope)
        trustID = try configuration.get(resolved.trustID)
        defaultDomainID = try configuration.get(resolved.defaultDomainID)
        defaultDomainName = try configuration.get(resolved.defaultDomainName)
        applicationCredentialID = try configuration.get(resolved.applicationCredentialID)
        applicationCredentialName = try configuration.get(resolved.applicationCredentialName)
        applicationCredentialSecret = try configuration.get(resolved.applicationCredentialSecret)
        cafile = try configuration.get(resolved.caFile)
        insecure = configuration.isSet(resolved.insecure) ? try configuration.get(resolved.insecure) : nil
    }

    /// `[service_user]`, `[keystone_authtoken]`, `[trustee]`: in the order in which a service credential is looked for.
    private static let groups = [
        ServiceUserOptions.credential, KeystoneAuthTokenOptions.credential, TrusteeOptions.credential,
    ]

    static func all(in configuration: Configuration) throws(ConfigurationError) -> [CredentialSettings] {
        var settings: [CredentialSettings] = []
        for group in groups { settings.append(try CredentialSettings(group, in: configuration)) }
        return settings
    }

    /// The groups that an `auth_section` names.
    static func sections(in configuration: Configuration) throws(ConfigurationError) -> [String] {
        var sections: [String] = []
        for group in groups {
            if let section = try group.section(in: configuration) { sections.append(section) }
        }
        return sections
    }
}
