import FoundationEssentials
import Keystone
import OsloConfig
import Protection
import Testing

@testable import KarborProtection

@Suite struct DaemonSettingsTests {
    private let folder = ConfigurationFolder()

    private func settings(_ more: String, credential: String = ConfigurationFolder.credential) throws -> DaemonSettings
    {
        try DaemonSettings(folder.read(credential + more))
    }

    @Test(arguments: ["keystone.example:5000/v3", "ftp://keystone.example", "/v3"])
    func `an auth_url without a scheme is an error before anything is started`(url: String) throws {
        let credential = ConfigurationFolder.credential.replacing("https://keystone.example:5000/v3", with: url)
        let error = #expect(throws: SettingsError.self) { try settings("", credential: credential) }
        #expect(error?.description.contains("[service_user] auth_url") == true)
        #expect(error?.description.contains(url) == false, "a password may stand in it")
    }

    @Test(arguments: ["cinder:8776/v3", "http://cinder/v3/%(tenant)s"])
    func `an endpoint that cannot be asked is an error that names its line`(endpoint: String) throws {
        let error = #expect(throws: SettingsError.self) {
            try settings("[cinder_client]\ncinder_endpoint = \(endpoint)\n")
        }
        #expect(error?.description.contains("karbor.conf:9: [cinder_client] cinder_endpoint") == true)
    }

    @Test(arguments: ["http://cinder/v3", "http://cinder/v3/%(project_id)s", "https://cinder/v3/$(tenant_id)s", ""])
    func `an endpoint that can be asked is taken`(endpoint: String) throws {
        let settings = try settings("[cinder_client]\ncinder_endpoint = \(endpoint.replacing("$", with: "$$"))\n")
        #expect(settings.blockStorage.endpoint.endpoint == (endpoint.isEmpty ? nil : endpoint))
    }

    @Test func `a trust needs a password: an application credential cannot act by one`() throws {
        #expect(try settings("").engine.trusts == .off)
        #expect(try settings("[protection]\ntrusts = auto\n").engine.trusts == .auto)
        let credential = """
            [service_user]
            auth_type = v3applicationcredential
            auth_url = https://keystone.example:5000/v3
            application_credential_id = an-id
            application_credential_secret = a-secret

            """
        let error = #expect(throws: SettingsError.self) {
            try settings("[protection]\ntrusts = on\n", credential: credential)
        }
        #expect(error?.description.contains("karbor.conf:7: [protection] trusts: on needs a password") == true)
        let configuration = try folder.read(credential + "[protection]\ntrusts = auto\n")
        let automatic = try DaemonSettings(configuration)
        #expect(automatic.engine.trusts == .off)
        #expect(StartWarnings.all(automatic, configuration).contains { $0.contains("trusts: auto has no effect") })
    }

    @Test func `no sign of life is allowed`() throws {
        #expect(try settings("[DEFAULT]\nreport_interval = 0\n").reportInterval == .zero)
    }

    @Test(arguments: ["state_path = relative", "osapi_karbor_base_URL = javascript:alert(1)"])
    func `what cannot work is an error that names its line`(line: String) throws {
        let error = #expect(throws: SettingsError.self) { try settings("[DEFAULT]\n\(line)\n") }
        #expect(error?.description.contains("karbor.conf:9: [DEFAULT] ") == true)
    }

    @Test func `what the machine does not have is found without making anything`() throws {
        func problems(_ options: String) throws -> [String] {
            let configuration = try folder.read(ConfigurationFolder.credential + "[DEFAULT]\n" + options)
            return StartCheck.problems(try DaemonSettings(configuration), configuration)
        }
        let state = "state_path = \(folder.folder.path("."))\n"
        #expect(try problems(state + "log_file = \(folder.folder.path("new.log"))\n") == [])
        #expect(try problems("state_path = /nonexistent\n").count == 1)
        #expect(try problems(state + "[database]\nconnection = sqlite:////etc/passwd\n").count == 1)
        #expect(try problems(state + "log_file = /\n").count == 1)
        #expect(try problems(state + "log_file = /nonexistent/x.log\n").count == 1)
        #expect(try problems(state + "osapi_karbor_listen = no.such.host.invalid\n").count == 1)
        let metrics = "[metrics]\nlisten = no.such.host.invalid\n"
        let problem = try problems(state + metrics + "port = 9\n")
        #expect(problem.count == 1 && problem[0].contains("[metrics] listen: no.such.host.invalid: "), "\(problem)")
        #expect(try problems(state + metrics) == [], "nobody wants to listen there")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.folder.path(".")) == ["karbor.conf"])
    }

    @Test func `there are no metrics unless a port is named, and then on this machine only`() throws {
        #expect(try settings("").metrics == nil)
        #expect(try settings("[metrics]\nlisten = 0.0.0.0\n").metrics == nil)
        let metrics = try #require(try settings("[metrics]\nport = 9464\n").metrics)
        #expect(metrics.host == "127.0.0.1" && metrics.port == 9464)
        #expect(try settings("[metrics]\nport = 0\nlisten = ::1\n").metrics?.host == "::1")
    }

    @Test func `ended operations are kept for 90 days unless an operator says otherwise, 0 is for ever`() throws {
        #expect(try settings("").retention == Retention(maxAge: 90 * 86_400, maxCount: 100_000))
        let own = "[protection]\nended_operations_max_age = 60\nended_operations_max_count = 7\n"
        #expect(try settings(own).retention == Retention(maxAge: 60, maxCount: 7))
        let ever = "[protection]\nended_operations_max_age = 0\nended_operations_max_count = 0\n"
        #expect(try settings(ever).retention == Retention())
    }

    @Test func `noauth is refused`() throws {
        #expect(throws: SettingsError.self) { try settings("[DEFAULT]\nauth_strategy = noauth\n") }
    }

    @Test func `a policy file beside karbor.conf is warned of, unless it says nothing`() throws {
        let configuration = try folder.read(ConfigurationFolder.credential)
        let settings = try DaemonSettings(configuration)
        func warnsOfPolicy() -> Bool {
            StartWarnings.all(settings, configuration).contains { $0.contains("policy.json") }
        }
        #expect(!warnsOfPolicy())
        try folder.folder.write("{}", to: "policy.json")
        #expect(!warnsOfPolicy())
        try folder.folder.write(#"{"plan:create": "role:admin"}"#, to: "policy.json")
        #expect(warnsOfPolicy())
    }
}
