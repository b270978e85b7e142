import HTTPTransport
import Telemetry
import Testing

@testable import Keystone

@Suite struct ServiceCredentialChoiceTests {
    func group(_ name: String, _ change: (inout CredentialSettings) -> Void = { _ in }) -> CredentialSettings {
        var settings = CredentialSettings(group: name)
        change(&settings)
        return settings
    }

    func password(_ name: String, project: String? = "service") -> CredentialSettings {
        group(name) {
            $0.authURL = "http://\(name.replacing("_", with: "-")):5000/v3"
            $0.username = "karbor"
            $0.userDomainName = "Default"
            $0.password = Secret("x")
            $0.projectName = project
            $0.projectDomainName = "Default"
        }
    }

    @Test func `service_user comes first, then keystone_authtoken, then trustee`() throws {
        let all = [password("service_user"), password("keystone_authtoken"), password("trustee")]
        #expect(try ServiceCredentialChoice(from: all).group == "service_user")
        #expect(
            try ServiceCredentialChoice(from: [group("service_user"), all[1], all[2]]).group == "keystone_authtoken")
        let last = try ServiceCredentialChoice(from: [group("service_user"), group("keystone_authtoken"), all[2]])
        #expect(last.group == "trustee" && last.warnings.isEmpty)
        #expect(last.credential.authURL == "http://trustee:5000/v3")
    }

    @Test func `one with a project is preferred to one without`() throws {
        let choice = try ServiceCredentialChoice(from: [password("service_user", project: nil), password("trustee")])
        #expect(choice.group == "trustee" && choice.warnings.isEmpty)
    }

    @Test func `without any project the first is taken, with a warning`() throws {
        let choice = try ServiceCredentialChoice(from: [
            group("service_user"), password("keystone_authtoken", project: nil), password("trustee", project: nil),
        ])
        #expect(choice.group == "keystone_authtoken" && choice.credential.scope == .unscoped)
        #expect(choice.warnings.contains { $0.contains("[keystone_authtoken]") && $0.contains("no project") })
    }

    @Test func `an application credential has its project by itself`() throws {
        let choice = try ServiceCredentialChoice(from: [
            group("service_user") {
                $0.authType = "v3applicationcredential"
                $0.authURL = "http://h/v3"
                $0.applicationCredentialID = "a1"
                $0.applicationCredentialSecret = Secret("x")
            }, password("trustee"),
        ])
        #expect(choice.group == "service_user" && choice.warnings.isEmpty)
    }

    @Test func `nothing at all is an error that names all the places`() throws {
        let error = try #require(throws: CredentialSettingsError.self) {
            try ServiceCredentialChoice(from: [group("service_user"), group("keystone_authtoken"), group("trustee")])
        }
        #expect("\(error)" == "[service_user] auth_url: is not set, nor in [keystone_authtoken] or [trustee]")
    }

    @Test func `the certificate is checked as keystone_authtoken says, unless the group says otherwise`() throws {
        let authtoken = group("keystone_authtoken") { $0.cafile = "/ca.pem" }
        #expect(
            try ServiceCredentialChoice(from: [password("service_user"), authtoken]).credential.trust
                == .file("/ca.pem"))
        var own = password("service_user")
        own.insecure = false
        #expect(try ServiceCredentialChoice(from: [own, authtoken]).credential.trust == .system)
        let insecure = group("keystone_authtoken") { $0.insecure = true }
        let choice = try ServiceCredentialChoice(from: [password("service_user"), insecure])
        #expect(choice.credential.trust == .insecure && choice.warnings.contains { $0.contains("not checked") })
    }
}

@Suite struct CredentialSettingsTests {
    func settings(_ change: (inout CredentialSettings) -> Void = { _ in }) -> CredentialSettings {
        var settings = CredentialSettings(group: "trustee")
        settings.authURL = "http://h/v3"
        settings.username = "karbor"
        settings.userDomainID = "default"
        settings.password = Secret("x")
        change(&settings)
        return settings
    }

    @Test func `each scope, the first that is given`() throws {
        func scope(_ change: (inout CredentialSettings) -> Void) throws -> Credential.Scope {
            try settings(change).credential().scope
        }
        #expect(try scope { _ in } == .unscoped)
        #expect(try scope { $0.projectID = "p1" } == .project(.id("p1")))
        #expect(
            try scope {
                $0.projectName = "service"
                $0.defaultDomainID = "default"
            } == .project(.name("service", domain: .id("default"))))
        #expect(try scope { $0.domainName = "Default" } == .domain(.name("Default")))
        #expect(try scope { $0.systemScope = "all" } == .system)
        #expect(try scope { $0.trustID = "t1" } == .trust(id: "t1"))
    }

    @Test func `what is missing is named`() throws {
        let faults: [(String, (inout CredentialSettings) -> Void)] = [
            ("auth_url", { $0.authURL = nil }), ("username", { $0.username = "" }), ("password", { $0.password = nil }),
            ("password", { $0.password = Secret("") }), ("user_domain_name", { $0.userDomainID = nil }),
            ("project_domain_name", { $0.projectName = "service" }), ("auth_type", { $0.authType = "v3oidcpassword" }),
            ("application_credential_secret", { $0.authType = "v3applicationcredential" }),
        ]
        for (option, change) in faults {
            let error = try #require(throws: CredentialSettingsError.self) { try settings(change).credential() }
            #expect(error.group == "trustee" && error.option == option)
        }
    }

    @Test func `a user by id needs no domain`() throws {
        let credential = try settings {
            $0.userID = "u1"
            $0.username = nil
            $0.userDomainID = nil
        }.credential()
        guard case .password(user: .id("u1"), _) = credential.method else {
            Issue.record("\(credential.method)")
            return
        }
    }
}
