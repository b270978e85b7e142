import Testing

@testable import OsloConfig

/// Provider files as operators have them: the same dialect, each file for itself, with options of its own.
@Suite struct ProviderFileTests {
    private let name = ConfigOption.requiredString("name", in: "provider", help: "")
    private let id = ConfigOption.requiredString("id", in: "provider", help: "")
    private let bank = ConfigOption.requiredString("bank", in: "provider", help: "")
    private let plugins = ConfigOption.multi("plugin", in: "provider", help: "")
    private let enabled = ConfigOption.boolean("enabled", in: "provider", default: false, help: "")
    private let path = ConfigOption.requiredString("file_system_bank_path", in: "file_system_bank_plugin", help: "")
    private let poll = ConfigOption.seconds(
        "poll_interval", in: "cinder_backup_protection_plugin", default: 15, help: "")

    private func read(_ text: String) throws -> Configuration {
        try configuration(
            text,
            options: [name.erased, id.erased, bank.erased, plugins.erased, enabled.erased, path.erased, poll.erased])
    }

    private let noOp = """
        [provider]
        name = No-Op Provider
        description = This provider does nothing for each protect and restore operation. Used for testing
        id = b766f37c-d011-4026-8228-28730d734a3f
        plugin=karbor-noop-protection-plugin
        bank=karbor-fs-bank-plugin
        enabled=True
        [file_system_bank_plugin]
        file_system_bank_path = /var/lib/karbor/bank/noop

        """

    private let infra = """
        [provider]
        name = OS Infra Provider
        description = This provider uses OpenStack's own services (swift, cinder) as storage
        id = cf56bd3e-97a7-4078-b6d5-f36246333fd9
        plugin=karbor-volume-protection-plugin
        bank=karbor-fs-bank-plugin
        enabled=True
        [cinder_backup_protection_plugin]
        poll_interval = 1
        backup_from_snapshot = True
        [file_system_bank_plugin]
        file_system_bank_path = /var/lib/karbor/bank/infra

        """

    @Test func `upstream's files are accepted as they are`() throws {
        let noOp = try read(noOp)
        #expect(try noOp.get(name) == "No-Op Provider")
        #expect(try noOp.get(id) == "b766f37c-d011-4026-8228-28730d734a3f")
        #expect(try noOp.get(plugins) == ["karbor-noop-protection-plugin"])
        #expect(try noOp.get(path) == "/var/lib/karbor/bank/noop")
        #expect(try noOp.get(enabled))
        let infra = try read(infra)
        #expect(try infra.get(poll) == .seconds(1))
        #expect(try infra.get(bank) == "karbor-fs-bank-plugin")
    }

    @Test func `what this registry does not know is listed`() throws {
        #expect(
            try read(infra).validate().map(\.description) == [
                "warning: /etc/a.conf:3: [provider] description: no such option, ignored",
                "warning: /etc/a.conf:10: [cinder_backup_protection_plugin] backup_from_snapshot: no such option, ignored",
            ])
    }

    @Test func `several plugins are several lines, in their order`() throws {
        #expect(try read("[provider]\nplugin = b\nplugin = a\n").get(plugins) == ["b", "a"])
    }
}
