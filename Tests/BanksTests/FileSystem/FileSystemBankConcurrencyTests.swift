import Protection
import TestSupport
import Testing

@testable import Banks

@Suite(.timeLimit(.minutes(1))) struct FileSystemBankConcurrencyTests {
    @Test func `two hundred puts and deletes under one folder lose nothing, by two daemons at once`() async throws {
        let folder = TemporaryFolder(inMemory: true)
        let banks = [
            try FileSystemBank(path: folder.path, time: ManualTime()),
            try FileSystemBank(path: folder.path, time: ManualTime()),
        ]
        try await withThrowingTaskGroup { group in
            for number in 0..<200 {
                let bank = banks[number % 2]
                group.addTask {
                    // Deleting the last object of the folder removes it under the others' feet.
                    let key = try BankKey("/a/b/\(number)")
                    try await bank.put(text: "\(number)", at: key)
                    if number % 20 > 0 { try await bank.delete(key) }
                }
            }
            try await group.waitForAll()
        }
        let expected = stride(from: 0, to: 200, by: 20).map { "/a/b/\($0)" }.sorted()
        #expect(try await banks[0].list(under: "/a") == expected)
        for path in expected {
            #expect(try await banks[1].text(at: BankKey(path)) == path.split(separator: "/").last.map(String.init))
        }
    }
}
