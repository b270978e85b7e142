import FoundationEssentials
import OsloConfig
import TestSupport
import Testing

@testable import KarborProtection

@Suite struct KarborOptionsTests {
    private let folder = TemporaryFolder()

    private func read(_ text: String) throws -> Configuration {
        let path = try folder.write(text, to: "karbor.conf")
        return try Configuration.load(registry: KarborOptions.registry, sources: [.file(path)])
    }

    /// The text of a file of this package.
    private func packaged(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try #require(FileManager.default.contents(atPath: root.path + "/" + path))
        return String(decoding: data, as: UTF8.self)
    }

    @Test func `no option is declared twice or in the wrong group`() {
        #expect(KarborOptions.registry.mistakes == [])
        #expect(ProviderFileOptions.registry(with: []).mistakes == [])
    }

    @Test func `every default is a value of its own option`() throws {
        #expect(try read("").validate() == [])
    }

    @Test func `the shipped sample file is what the declarations say`() throws {
        let expected = SampleFile.render(KarborOptions.registry)
        let shipped = try packaged("etc/karbor/karbor.conf.sample")
        #expect(shipped == expected, "karbor-protection sample-config > etc/karbor/karbor.conf.sample")
    }

    @Test func `a controller's file is accepted as it is`() throws {
        let configuration = try read(Self.controller)
        #expect(try configuration.get(DefaultOptions.host) == "controller")
        #expect(try configuration.get(APIOptions.listen) == "127.0.0.1")
        #expect(try configuration.get(APIOptions.authStrategy) == .keystone)
        #expect(try configuration.get(QuotaOptions.plans) == -1)
        #expect(try configuration.get(DefaultOptions.providerConfigDirectory) == "/etc/karbor/providers.d")
        #expect(try configuration.get(DatabaseOptions.connection).reveal().hasPrefix("mysql+pymysql://"))
        #expect(try configuration.get(TrusteeOptions.credential.password)?.reveal() == "secret")
        #expect(try configuration.get(KeystoneAuthTokenOptions.wwwAuthenticateURI) == "http://127.0.0.1:5000")
        #expect(try configuration.get(ClientOptions.cinder.serviceType) == "volumev3")
        #expect(!configuration.isSet(ClientOptions.cinder.regionID))
        #expect(!configuration.isSet(ServiceUserOptions.credential.authURL))
        let problems = configuration.validate()
        #expect(problems.allSatisfy { $0.severity == .notice })
        #expect(problems.filter { $0.code != .withoutEffect } == [])
        #expect(problems.contains { $0.option == "transport_url" && $0.origin.description.hasSuffix(":8") })
        #expect(!problems.contains { $0.description.contains("guest:guest") })
    }

    @Test func `what is not set has the documented default`() throws {
        let configuration = try read("")
        #expect(try configuration.get(DefaultOptions.statePath) == "/var/lib/karbor")
        #expect(
            try configuration.get(DatabaseOptions.connection).reveal()
                == "sqlite:////var/lib/karbor/karbor-protection.sqlite")
        #expect(try configuration.get(DefaultOptions.gracefulShutdownTimeout) == .seconds(60))
        #expect(try configuration.get(APIOptions.listen) == "0.0.0.0")
        #expect(try configuration.get(APIOptions.port) == 8799)
        #expect(try configuration.get(ProtectionOptions.allowExpiredWindow) == .seconds(48 * 3600))
        #expect(try configuration.get(ProtectionOptions.cleanupReserve) == .seconds(300))
        #expect(try configuration.get(ProtectionOptions.maxOperationDuration) == .seconds(7 * 24 * 3600))
        #expect(try configuration.get(ProtectionOptions.pollInterval) == .seconds(15))
        #expect(try configuration.get(ProtectionOptions.requestTimeout) == .seconds(60))
        #expect(try configuration.get(KeystoneAuthTokenOptions.serviceTokenRoles) == ["service"])
        #expect(try configuration.get(KeystoneAuthTokenOptions.tokenCacheTime) == 300)
        #expect(try configuration.get(ClientOptions.cinder.catalogInfo) == "volumev3:cinderv3:publicURL")
        #expect(try configuration.get(ClientOptions.manila.catalogInfo) == "sharev2:manilav2:publicURL")
        #expect(try configuration.get(ClientOptions.cinder.interface) == "internal")
    }

    @Test(arguments: [
        ("[DEFAULT]\nosapi_karbor_listen_port = http", 2, "osapi_karbor_listen_port"),
        ("[DEFAULT]\n\nauth_strategy = none", 3, "auth_strategy"),
        ("[DEFAULT]\nquota_plans = -2", 2, "quota_plans"),
        ("[DEFAULT]\nosapi_karbor_workers = many", 2, "osapi_karbor_workers"),
        ("[protection]\nallow_expired_window = 48h", 2, "allow_expired_window"),
        ("[keystone_authtoken]\ninsecure = maybe", 2, "insecure"),
        ("[cinder_client]\ninterface = publicURL", 2, "interface"),
        ("[service_user]\npassword = pa$word", 2, "password"),
    ])
    func `a wrong value is an error with file, line and option`(text: String, line: Int, option: String) throws {
        let errors = try read(text).validate().filter { $0.severity == .error }
        #expect(errors.count == 1)
        #expect(errors.first?.option == option)
        #expect(errors.first?.origin == .file(path: folder.path("karbor.conf"), line: line))
        #expect(errors.first?.description.contains("pa$word") == false)
    }

    @Test func `logging is set up as the file says`() throws {
        let settings = try LoggingOptions.settings(
            in: read("[DEFAULT]\ndebug = true\nlogdir = /var/log/karbor\nuse_json = 1\nlog_date_format = %s"),
            identifier: "karbor-protection")
        #expect(settings.debug && settings.useJSON && !settings.useJournal && !settings.useStandardError)
        #expect(settings.path == "/var/log/karbor/karbor-protection.log")
        #expect(settings.dateFormat == "%s")
    }

    @Test func `the command line is oslo's, and goes before the file`() throws {
        let path = try folder.write("[DEFAULT]\ndebug = true\nuse_json = true\n", to: "karbor.conf")
        let line = [
            "--config-file", path, "--nodebug", "--nouse-json", "--use-journal", "--log-file", "a.log", "--log-dir",
            "/l",
            "--log-date-format", "%H", "--use-syslog", "--syslog-log-facility", "LOG_LOCAL1", "--log-config-append",
            "x",
            "--state_path", "/s",
        ]
        let configuration = try ConfigurationArguments.parse(line).load()
        let settings = try LoggingOptions.settings(in: configuration, identifier: "karbor-protection")
        #expect(!settings.debug && !settings.useJSON && settings.useJournal)
        #expect(settings.path == "/l/a.log" && settings.dateFormat == "%H")
        #expect(try configuration.get(DefaultOptions.statePath) == "/s")
        #expect(throws: (any Error).self) { try ConfigurationArguments.parse(["--no-such-option"]) }
    }

    @Test func `a credential may stand in another group`() throws {
        let configuration = try read(
            "[trustee]\nauth_section = service_auth\n[service_auth]\nusername = karbor\npassword = a$$b\n")
        let credential = try TrusteeOptions.credential.resolved(in: configuration)
        #expect(credential.group == "service_auth")
        #expect(try configuration.get(credential.username) == "karbor")
        #expect(try configuration.get(credential.password)?.reveal() == "a$b")
        #expect(try ServiceUserOptions.credential.resolved(in: configuration).group == "service_user")
    }

    @Test(arguments: ["noop", "openstack-infra"])
    func `the shipped provider files are right`(name: String) throws {
        let path = try folder.write(packaged("etc/karbor/providers.d/\(name).conf"), to: "\(name).conf")
        let file = try Configuration.load(registry: ProviderLoader.registry, sources: [.file(path)])
        #expect(file.validate() == [])
        #expect(try file.get(ProviderFileOptions.enabled))
        #expect(try file.get(ProviderFileOptions.bank) == "karbor-fs-bank-plugin")
        #expect(
            try packaged("etc/karbor/providers.d/\(name).conf").contains(
                "file_system_bank_path = /var/lib/karbor/bank/"))
        #expect(
            try file.get(ProviderFileOptions.id)
                == (name == "noop" ? "b766f37c-d011-4026-8228-28730d734a3f" : "cf56bd3e-97a7-4078-b6d5-f36246333fd9"))
        #expect(try file.get(ProviderFileOptions.plugins).count == 1)
    }

    @Test func `systemd waits longer for the daemon than the daemon for its requests`() throws {
        let unit = try packaged("systemd/karbor-protection.service")
        let lines = unit.split(separator: "\n")
        let stop = try #require(
            lines.first { $0.hasPrefix("TimeoutStopSec=") }?.split(separator: "=").last.flatMap { Int($0) })
        #expect(Duration.seconds(stop) > (try read("").get(DefaultOptions.gracefulShutdownTimeout)))
        #expect(lines.contains("Type=notify"))
    }

    private static let controller = """
        [DEFAULT]
        debug = false
        host = controller
        state_path = /var/lib/karbor
        api_paste_config = /etc/karbor/api-paste.ini
        provider_config_dir = /etc/karbor/providers.d
        auth_strategy = keystone
        transport_url = rabbit://guest:guest@127.0.0.1:5673//
        osapi_karbor_listen = 127.0.0.1
        osapi_karbor_listen_port = 8799
        osapi_karbor_workers = 1
        periodic_fuzzy_delay = 0
        quota_plans = -1
        quota_checkpoints = -1

        [database]
        connection = mysql+pymysql://karbor:karbor@127.0.0.1:13307/karbor?charset=utf8
        [oslo_concurrency]
        lock_path = /var/lib/karbor/lock
        [oslo_messaging_notifications]
        driver = noop
        [clients_keystone]
        auth_uri = http://127.0.0.1:5000
        [keystone_authtoken]
        www_authenticate_uri = http://127.0.0.1:5000
        memcached_servers =
        auth_type = password
        auth_url = http://127.0.0.1:5000/v3
        username = karbor
        password = secret
        project_name = service
        user_domain_id = default
        project_domain_id = default
        [trustee]
        auth_type = password
        auth_url = http://127.0.0.1:5000/v3
        username = karbor
        password = secret
        project_name = service
        user_domain_id = default
        project_domain_id = default
        [cinder_client]
        service_type = volumev3
        [nova_client]
        [glance_client]
        [neutron_client]
        [manila_client]

        """
}
