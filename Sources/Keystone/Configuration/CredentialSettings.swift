package import HTTPTransport
package import Telemetry

/// The keystoneauth options of one group of `karbor.conf`, as they stand there.
package struct CredentialSettings: Sendable {
    /// `service_user`, `keystone_authtoken`, `trustee`: for messages.
    package var group: String
    package var authType: String?
    package var authURL: String?
    package var username: String?
    package var userID: String?
    package var userDomainID: String?
    package var userDomainName: String?
    package var password: Secret<String>?
    package var projectID: String?
    package var projectName: String?
    package var projectDomainID: String?
    package var projectDomainName: String?
    package var domainID: String?
    package var domainName: String?
    package var systemScope: String?
    package var trustID: String?
    package var defaultDomainID: String?
    package var defaultDomainName: String?
    package var applicationCredentialID: String?
    package var applicationCredentialName: String?
    package var applicationCredentialSecret: Secret<String>?
    package var cafile: String?
    package var insecure: Bool?

    package init(group: String) {
        self.group = group
    }
}

/// A group of options from which no credential can be made.
package struct CredentialSettingsError: Error, Sendable, CustomStringConvertible {
    package let group: String
    /// The option that is missing or wrong.
    package let option: String
    package let message: String

    package var description: String { "[\(group)] \(option): \(message)" }
}

extension CredentialSettings {
    var hasAuthURL: Bool { !(authURL ?? "").isEmpty }

    /// An application credential and a trust belong to a project by themselves.
    var hasProject: Bool {
        usesApplicationCredential || [projectID, projectName, trustID].contains { given($0) != nil }
    }

    /// - Parameter fallbackTrust: where the group itself says neither `cafile` nor `insecure`.
    package func credential(fallbackTrust: TLSTrust = .system) throws(CredentialSettingsError) -> Credential {
        guard let authURL = given(authURL) else { throw missing("auth_url") }
        return Credential(
            authURL: authURL, method: try method(), scope: usesApplicationCredential ? .unscoped : try scope(),
            trust: trust ?? fallbackTrust)
    }

    /// Nil where the group says nothing of it.
    var trust: TLSTrust? {
        if insecure == true { return .insecure }
        if let cafile = given(cafile) { return .file(cafile) }
        return insecure == nil ? nil : .system
    }

    // MARK: - Private

    private var usesApplicationCredential: Bool {
        if let authType = given(authType) { return authType == "v3applicationcredential" }
        return applicationCredentialSecret != nil && password == nil
    }

    private func method() throws(CredentialSettingsError) -> Credential.Method {
        switch given(authType) ?? (usesApplicationCredential ? "v3applicationcredential" : "password") {
        case "password", "v3password":
            guard let password, !password.reveal().isEmpty else { throw missing("password") }
            return .password(user: try user(), password: password)
        case "v3applicationcredential":
            guard let secret = applicationCredentialSecret, !secret.reveal().isEmpty else {
                throw missing("application_credential_secret")
            }
            if let id = given(applicationCredentialID) { return .applicationCredential(.id(id), secret: secret) }
            guard let name = given(applicationCredentialName) else { throw missing("application_credential_id") }
            return .applicationCredential(.name(name, user: try user()), secret: secret)
        case let other:
            throw CredentialSettingsError(
                group: group, option: "auth_type",
                message: "\(other) is not known here: password, v3password or v3applicationcredential")
        }
    }

    private func user() throws(CredentialSettingsError) -> Credential.Principal {
        if let id = given(userID) { return .id(id) }
        guard let name = given(username) else { throw missing("username") }
        guard let domain = domain(id: userDomainID, name: userDomainName) else { throw missing("user_domain_name") }
        return .name(name, domain: domain)
    }

    private func scope() throws(CredentialSettingsError) -> Credential.Scope {
        if let trust = given(trustID) { return .trust(id: trust) }
        if let id = given(projectID) { return .project(.id(id)) }
        if let name = given(projectName) {
            guard let domain = domain(id: projectDomainID, name: projectDomainName) else {
                throw missing("project_domain_name")
            }
            return .project(.name(name, domain: domain))
        }
        if let id = given(domainID) { return .domain(.id(id)) }
        if let name = given(domainName) { return .domain(.name(name)) }
        return given(systemScope) == nil ? .unscoped : .system
    }

    private func domain(id: String?, name: String?) -> Credential.Domain? {
        if let id = given(id) { return .id(id) }
        if let name = given(name) { return .name(name) }
        if let id = given(defaultDomainID) { return .id(id) }
        return given(defaultDomainName).map { .name($0) }
    }

    /// An option that is set to nothing is not set.
    private func given(_ value: String?) -> String? {
        value.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func missing(_ option: String) -> CredentialSettingsError {
        CredentialSettingsError(group: group, option: option, message: "is not set")
    }
}
