import Keystone
import OsloConfig
import Testing

@testable import KarborProtection

@Suite struct ServiceCredentialTests {
    private let folder = ConfigurationFolder()

    private func credential(_ options: [String: String]) throws -> Credential {
        let lines = options.map { "\($0) = \($1)" }.sorted().joined(separator: "\n")
        let configuration = try folder.read("[service_user]\nauth_url = http://keystone/v3\n\(lines)\n")
        return try ServiceCredentialChoice(from: CredentialSettings.all(in: configuration)).credential
    }

    @Test func `every option of a group reaches the settings`() throws {
        // One value for each option, its own name, but for those that are no text.
        let options = CredentialOptions(in: "trustee").options.map(\.declaration).filter(\.hasEffect)
        let lines = options.map { option in
            switch option.name {
            case "insecure": "insecure = true"
            case "auth_section": ""
            default: "\(option.name) = \(option.name)"
            }
        }
        let settings = try CredentialSettings(
            TrusteeOptions.credential, in: folder.read("[trustee]\n" + lines.joined(separator: "\n")))
        for (label, value) in Mirror(reflecting: settings).children where label != "group" {
            let text = String(describing: value)
            #expect(text != "nil", "\(label ?? "")")
        }
        #expect(settings.systemScope == "system_scope")
        #expect(settings.trustID == "trust_id")
        #expect(settings.password?.reveal() == "password")
    }

    @Test func `a trust, a domain and the system are scopes, too`() throws {
        let user = ["username": "karbor", "password": "secret", "user_domain_id": "default"]
        func scope(_ more: [String: String]) throws -> Credential.Scope {
            try credential(user.merging(more) { $1 }).scope
        }
        #expect(try scope(["trust_id": "t1"]) == .trust(id: "t1"))
        #expect(try scope(["domain_id": "d1"]) == .domain(.id("d1")))
        #expect(try scope(["system_scope": "all"]) == .system)
        #expect(try scope(["project_id": "p1"]) == .project(.id("p1")))
    }

    @Test func `a credential in a section of its own is an option like any other`() throws {
        let configuration = try folder.read(
            """
            [service_user]
            auth_section = service_auth
            [service_auth]
            auth_url = https://keystone/v3
            username = karbor
            password = secret
            user_domain_id = default
            project_id = p1
            pasword = typo
            [keystone_authtoken]
            auth_section = middleware_auth
            [middleware_auth]
            cafile = /etc/ssl/keystone.pem
            """)
        let names = configuration.validate().compactMap(\.option)
        #expect(names == ["pasword"])
        let choice = try ServiceCredentialChoice(from: CredentialSettings.all(in: configuration))
        #expect(choice.group == "service_user")
        #expect(choice.credential.scope == .project(.id("p1")))
        #expect(choice.credential.trust == .file("/etc/ssl/keystone.pem"), "as [keystone_authtoken] says")
    }
}
