import Protection
import TestSupport
import Testing

@Suite struct CheckpointCollectionTests {
    private let bank = MemoryBank()
    private var collection: CheckpointCollection { CheckpointCollection(bank: bank) }

    private static let checkpoint = Checkpoint.sample("c")
    private static let index = "/checkpoints/c/index.json"
    private static let indices = [
        "/indices/by-provider/provider/project/1795524753@c",
        "/indices/by-date/2026-11-24/project/1795524753@c",
        "/indices/by-plan/plan/project/2026-11-24/1795524753@c",
    ]

    private func contents(_ bank: MemoryBank) -> [String: String] {
        Dictionary(uniqueKeysWithValues: bank.objects.map { ($0.key.path, String(decoding: $0.value, as: UTF8.self)) })
    }

    private func code(_ body: () async throws(BankError) -> Void) async -> BankError.Code? {
        do throws(BankError) {
            try await body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a checkpoint is written when all is there by which it is found`() async throws {
        try await collection.create(Self.checkpoint)
        #expect(bank.calls == (try (Self.indices + [Self.index]).map { .put(try BankKey($0)) }))
        var expected = Dictionary(uniqueKeysWithValues: Self.indices.map { ($0, "c") })
        expected[Self.index] = JSONValue.object(Self.checkpoint.index).encoded
        #expect(contents(bank) == expected)
        #expect(try await collection.checkpoint("c") == Self.checkpoint)
    }

    @Test(arguments: 1...4) func `a creation that stopped at any write is completed by the next`(stop: Int) async throws
    {
        let bank = MemoryBank { number, _ in number == stop ? BankError(.unavailable, "stopped") : nil }
        let collection = CheckpointCollection(bank: bank)
        #expect(
            await code { () async throws(BankError) in try await collection.create(Self.checkpoint) } == .unavailable)
        #expect(bank.objects.count == stop - 1)

        try await collection.create(Self.checkpoint)
        #expect(Set(contents(bank).keys) == Set([Self.index] + Self.indices))
    }

    private static let queries = [
        CheckpointQuery(projectID: "project"), CheckpointQuery(projectID: nil),
        CheckpointQuery(projectID: "project", planID: "plan"),
        CheckpointQuery(projectID: "project", startDate: "2026-11-01"),
    ]

    /// What each index lists, and what is shown by its id.
    private func seen(_ collection: CheckpointCollection) async throws -> [Bool] {
        var seen: [Bool] = []
        for query in Self.queries {
            let found = try await collection.list(query, provider: "provider", today: "2026-11-30") { id, _ in
                Issue.record("\(id) is told of")
            }
            seen.append(!found.isEmpty)
        }
        let code = await code { () async throws(BankError) in _ = try await collection.checkpoint("c") }
        #expect(code == nil || code == .notFound)
        return seen + [code == nil]
    }

    @Test(arguments: 1...4) func `a creation that stopped is seen nowhere, and one that did not, everywhere`(stop: Int)
        async throws
    {
        let bank = MemoryBank { number, _ in number == stop ? BankError(.full, "stopped") : nil }
        let collection = CheckpointCollection(bank: bank)
        try? await collection.create(Self.checkpoint)
        #expect(try await seen(collection) == Array(repeating: false, count: 5))
        try await collection.create(Self.checkpoint)
        #expect(try await seen(collection) == Array(repeating: true, count: 5))
    }

    @Test(arguments: 0...3) func `what was made of a checkpoint is discarded, however far it came`(made: Int)
        async throws
    {
        let bank = MemoryBank { number, _ in number == made + 1 ? BankError(.full, "stopped") : nil }
        let collection = CheckpointCollection(bank: bank)
        try? await collection.create(Self.checkpoint)
        #expect(bank.objects.count == made)
        for _ in 0..<2 { try await collection.discard(Self.checkpoint) }
        #expect(bank.objects.isEmpty)
    }

    @Test(arguments: 1...4) func `a discarding that stopped at any call is completed by the next, and shows no half`(
        stop: Int
    ) async throws {
        let bank = MemoryBank { number, _ in number == 4 + stop ? BankError(.unavailable, "stopped") : nil }
        let collection = CheckpointCollection(bank: bank)
        try await collection.create(Self.checkpoint)
        #expect(
            await code { () async throws(BankError) in try await collection.discard(Self.checkpoint) } == .unavailable)
        #expect(try await seen(collection) == Array(repeating: stop == 1, count: 5))
        try await collection.discard(Self.checkpoint)
        #expect(bank.objects.isEmpty)
    }

    @Test func `an update rewrites the index object alone`() async throws {
        try await collection.create(Self.checkpoint)
        bank.forgetCalls()
        var changed = Self.checkpoint
        changed.status = .deleting
        try await collection.update(changed)
        #expect(bank.calls == [.put(try BankKey(Self.index))])
        #expect(try await collection.checkpoint("c").status == .deleting)
    }

    @Test(arguments: 1...3) func `a retirement that stopped is completed by the next, and leaves the index object`(
        stop: Int
    ) async throws {
        let bank = MemoryBank { number, call in
            if case .delete = call, number == 4 + stop { BankError(.unavailable, "stopped") } else { nil }
        }
        let collection = CheckpointCollection(bank: bank)
        try await collection.create(Self.checkpoint)
        #expect(
            await code { () async throws(BankError) in try await collection.retire(Self.checkpoint) } == .unavailable)
        try await collection.retire(Self.checkpoint)
        #expect(Array(contents(bank).keys) == [Self.index])
        try await collection.retire(Self.checkpoint)
    }

    @Test(arguments: ["../c", "a/b", "", "..", "c d", "ä"]) func `ids that are no parts of a key write nothing`(
        id: String
    ) async throws {
        let bad = [
            Checkpoint.sample(id), .sample("c", project: id), .sample("c", provider: id), .sample("c", plan: id),
        ]
        for checkpoint in bad {
            #expect(await code { () async throws(BankError) in try await collection.create(checkpoint) } == .invalidKey)
            #expect(await code { () async throws(BankError) in try await collection.retire(checkpoint) } == .invalidKey)
            #expect(
                await code { () async throws(BankError) in try await collection.discard(checkpoint) } == .invalidKey)
        }
        #expect(await code { () async throws(BankError) in _ = try await collection.checkpoint(id) } == .invalidKey)
        #expect(await code { () async throws(BankError) in try await collection.update(.sample(id)) } == .invalidKey)
        #expect(bank.calls == [])
    }

    @Test func `a day that came with a foreign index object leads nowhere else`() async throws {
        let text = JSONValue.object(Self.checkpoint.index).encoded.replacing("2026-11-24", with: "../../checkpoints")
        let checkpoint = try Checkpoint(index: Array(text.utf8))
        #expect(await code { () async throws(BankError) in try await collection.retire(checkpoint) } == .invalidKey)
        #expect(bank.calls == [])
    }

    @Test func `a checkpoint without a plan's id is found by provider and day`() async throws {
        var index = Self.checkpoint.index
        index["protection_plan"] = nil
        let checkpoint = try Checkpoint(index: JSONValue.object(index).encodedBytes)
        try await collection.create(checkpoint)
        #expect(Set(contents(bank).keys) == Set([Self.index] + Self.indices.prefix(2)))
        try await collection.retire(checkpoint)
        #expect(Array(contents(bank).keys) == [Self.index])
    }

    @Test func `what is missing is notFound, what is damaged or another's is corrupted`() async throws {
        #expect(await code { () async throws(BankError) in _ = try await collection.checkpoint("c") } == .notFound)
        for bytes in [Array("{}".utf8), Checkpoint.sample("another").indexBytes] {
            try await bank.put(bytes, format: .json, at: BankKey(Self.index))
            #expect(await code { () async throws(BankError) in _ = try await collection.checkpoint("c") } == .corrupted)
        }
    }
}
