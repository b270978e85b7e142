import OsloConfig
import Protection
import TestSupport
import Testing

@testable import Banks

@Suite struct FileSystemBankOptionsTests {
    private let folder = TemporaryFolder()

    private func provider(_ text: String) throws -> Configuration {
        let path = try folder.write(text, to: "provider.conf")
        return try Configuration.load(registry: OptionRegistry([FileSystemBank.options]), sources: [.file(path)])
    }

    @Test func `a provider file names the folder and the container`() async throws {
        let bank = try FileSystemBank(
            provider(
                """
                [file_system_bank_plugin]
                file_system_bank_path = \(folder.path("bank"))
                bank_object_container = other
                """), time: ManualTime())
        try await bank.put(text: "x", at: BankKey("/a"))
        #expect(folder.read("bank/other/a") == "x")
    }

    @Test func `the container is karbor, as Karbor has it`() throws {
        #expect(try provider("[provider]\n").get(FileSystemBank.containerOption) == "karbor")
    }

    @Test(arguments: [
        "[provider]\n", "[file_system_bank_plugin]\nfile_system_bank_path =\n",
        "[file_system_bank_plugin]\nfile_system_bank_path = /x\nbank_object_container = ..\n",
    ])
    func `a bank without a folder is an error before anything is written`(text: String) throws {
        let provider = try provider(text)
        let error = #expect(throws: (any Error).self) { try FileSystemBank(provider, time: ManualTime()) }
        #expect(
            error.map { "\($0)".contains("bank_object_container") || "\($0)".contains("file_system_bank_path") } == true
        )
    }

    @Test func `the options are declared once`() {
        #expect(OptionRegistry([FileSystemBank.options]).mistakes == [])
    }
}
