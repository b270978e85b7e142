import Foundation
import Protection
import Telemetry
import TestSupport
import Testing

@testable import Store

@Suite struct SealedStoreTests {
    private let token = "gAAAAABn-a-token-that-nobody-may-find"

    private func isFound(_ bytes: [UInt8], in folder: TemporaryFolder) throws -> Bool {
        try folder.names.contains { name in
            try Data(folder.bytes(of: name)).firstRange(of: Data(bytes)) != nil
        }
    }

    @Test func `the token is in none of the store's files, before the end and after it`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        let operation = Samples.operation()
        try await store.admit(Samples.admission(operation, token: token))
        try #require(try isFound(Array(operation.id.utf8), in: folder))
        #expect(try !isFound(Array(token.utf8), in: folder))
        #expect(try !isFound(Array(token.utf8.dropFirst(8).prefix(16)), in: folder))
        try await store.conclude(Samples.conclusion(of: operation, "available"))
        #expect(try !isFound(Array(token.utf8), in: folder))
        await store.close()
        #expect(try !isFound(Array(token.utf8), in: folder))
    }

    @Test func `when the operation has ended what was sealed is gone from the file, not only its row`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        // Large enough for pages of its own, too.
        for size in [100, 20_000] {
            let operation = Samples.operation()
            try await store.admit(Samples.admission(operation, token: String(repeating: "t", count: size)))
            let sealed = try await store.read { database in
                try #require(try Data.fetchOne(database, sql: "SELECT sealed FROM sealed_contexts"))
            }
            _ = try await store.pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
            let middle = Array(sealed.dropFirst(sealed.count / 2).prefix(32))
            try #require(try isFound(middle, in: folder))
            try await store.conclude(Samples.conclusion(of: operation, "available"))
            _ = try await store.pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            #expect(try !isFound(middle, in: folder))
        }
        await store.close()
    }

    @Test func `with another key the operation is there, and its context says why it is not`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore(key: 1)
        let operation = Samples.operation()
        try await store.admit(Samples.admission(operation))
        await store.close()
        let again = try await folder.openStore(key: 2)
        #expect(try await again.unfinished().operations == [operation])
        let error = await expectStoreError(.sealBroken) { try await again.context(of: operation.id) }
        #expect(error?.message.contains("another key") == true)
        try await again.conclude(Samples.conclusion(of: operation, "error", error: error?.message))
        await again.close()
    }

    @Test func `a context moved to another operation's row does not open`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        let (one, other) = (Samples.operation(), Samples.operation())
        for operation in [one, other] { try await store.admit(Samples.admission(operation, token: operation.id)) }
        try await store.write { database in
            try database.run(
                "UPDATE sealed_contexts SET sealed = (SELECT sealed FROM sealed_contexts WHERE operation_id = ?)",
                [one.id])
        }
        #expect(try await store.context(of: one.id) == Secret(Array(one.id.utf8)))
        let error = await expectStoreError(.sealBroken) { try await store.context(of: other.id) }
        #expect(error?.message.contains("damaged") == true)
        await store.close()
    }
}
