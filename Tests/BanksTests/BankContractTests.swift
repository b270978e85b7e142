import TestSupport
import Testing

@testable import Banks

@Suite(.timeLimit(.minutes(1))) struct BankContractTests {
    @Test(arguments: BankContract.allCases)
    func `a bank in a folder keeps the contract`(rule: BankContract) async throws {
        let folder = TemporaryFolder()
        try await rule.check(FileSystemBank(path: folder.path("bank"), time: ManualTime()))
    }

    @Test(arguments: BankContract.allCases)
    func `a bank in memory keeps the contract`(rule: BankContract) async throws {
        try await rule.check(MemoryBank())
    }

    @Test(arguments: BankContract.allCases)
    func `a bank as one process reaches it keeps the contract`(rule: BankContract) async throws {
        try await rule.check(ProcessBank(disk: MemoryDisk()))
    }
}
