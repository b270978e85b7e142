import Protection
import TestSupport
import Testing

@Suite struct BankSectionTests {
    private let bank = MemoryBank()

    private func section() throws -> BankSection {
        try CheckpointCollection(bank: bank).section(of: "c", resourceID: "r")
    }

    @Test func `a plugin's objects lie in its own section, under the names it gave`() async throws {
        let section = try section()
        try await section.put(text: "protecting", at: "status")
        try await section.put(["a": 1], at: "metadata")
        try await section.put(bytes: [0, 255], at: "data_1")

        let root = "/checkpoints/c/resource-data/r"
        #expect(Set(bank.objects.keys.map(\.path)) == ["\(root)/status", "\(root)/metadata", "\(root)/data_1"])
        #expect(try await section.text(at: "status") == "protecting")
        #expect(try await section.json(at: "metadata") == ["a": 1])
        #expect(try await section.bytes(at: "data_1") == [0, 255])
        #expect(try await section.names() == ["data_1", "metadata", "status"])
        try await section.delete("metadata")
        #expect(try await section.names() == ["data_1", "status"])
    }

    @Test(arguments: ["..", "../other/status", "a/../../../index.json", "", ".", "a b"])
    func `no name leads out of the section`(name: String) async throws {
        let section = try section()
        for call: () async throws -> Void in [
            { try await section.put(text: "", at: name) }, { _ = try await section.text(at: name) },
            { try await section.delete(name) },
        ] {
            let error = await #expect(throws: BankError.self) { try await call() }
            #expect(error?.code == .invalidKey)
        }
        #expect(bank.objects.isEmpty)
    }

    @Test func `what is missing or no JSON says so`() async throws {
        let section = try section()
        try await section.put(text: "{", at: "metadata")
        #expect(await #expect(throws: BankError.self) { try await section.json(at: "metadata") }?.code == .corrupted)
        #expect(await #expect(throws: BankError.self) { try await section.json(at: "status") }?.code == .notFound)
    }

    @Test(arguments: [("../c", "r"), ("c", "../.."), ("", "r"), ("c", "a/b"), ("c", "")])
    func `ids that are no parts of a key have no section`(checkpoint: String, resource: String) {
        #expect(throws: BankError.self) {
            try CheckpointCollection(bank: bank).section(of: checkpoint, resourceID: resource)
        }
    }
}
