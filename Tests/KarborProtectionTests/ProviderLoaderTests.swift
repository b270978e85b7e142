import FoundationEssentials
import Loop
import OsloConfig
import TestSupport
import Testing

@testable import KarborProtection

@Suite struct ProviderLoaderTests {
    private let folder = TemporaryFolder()
    private let loader = ProviderLoader(time: Loop(label: "test"), pollInterval: .seconds(1))

    private func load(id: String = UUID().uuidString, bank: String = "karbor-fs-bank-plugin", path: String? = nil)
        throws
        -> ProviderLoader.Outcome
    {
        let file = try folder.write(
            """
            [provider]
            name = One
            id = \(id)
            plugin = karbor-noop-protection-plugin
            bank = \(bank)
            enabled = True
            [file_system_bank_plugin]
            file_system_bank_path = \(path ?? folder.path("bank"))
            """, to: "one.conf")
        return loader.load(file)
    }

    @Test(arguments: ["CF56BD3E-97A7-4078-B6D5-F36246333FD9", "cf56bd3e97a74078b6d5f36246333fd9"])
    func `an id stays as it is written, since the bank's paths hold it so`(id: String) throws {
        guard case .loaded(let provider, _, nil) = try load(id: id) else {
            Issue.record("it is not loaded")
            return
        }
        #expect(provider.id == id)
    }

    @Test func `a bank that cannot be written is told, and the provider is there for when it can`() throws {
        // Nobody makes a folder in /proc, whoever runs this.
        guard case .loaded(_, _, let fault?) = try load(path: "/proc/sys/bank") else {
            Issue.record("no fault is told")
            return
        }
        #expect(fault.message.contains("/proc/sys/bank/karbor"))
    }

    @Test(arguments: ["", "one", "cf56bd3e-97a7-4078-b6d5-f36246333fd", "cf56bd3e-97a7-4078-b6d5-f36246333fdx"])
    func `an id that is no UUID is not loaded`(id: String) throws {
        guard case .failed(let reason) = try load(id: id) else {
            Issue.record("it is loaded")
            return
        }
        #expect(reason.contains("[provider] id"))
    }

    @Test func `an unknown bank is told by its name`() throws {
        guard case .failed(let reason) = try load(bank: "karbor-tape-bank-plugin") else {
            Issue.record("it is loaded")
            return
        }
        #expect(reason.contains("karbor-tape-bank-plugin"))
    }

    @Test func `a directory that cannot be read is not an empty one`() throws {
        let file = try folder.write("", to: "no-directory")
        #expect(throws: ConfigurationError.self) { try loader.loadAll(in: file) }
        #expect(try loader.loadAll(in: nil).isEmpty)
    }
}
