import GRDB
import Protection
import TestSupport
import Testing

@testable import Store

@Suite struct DamagedRowTests {
    /// Table, what is done to its row, and what then fails.
    private static let damages: [(String, String, @Sendable (SQLiteStore) async throws -> Void)] = [
        ("operations", "state = 'lost'", { try await $0.begin("o", status: "protecting", at: Samples.date(0)) }),
        (
            "operations", "parameters = '{'",
            { try await $0.conclude(Samples.conclusion(of: Samples.operation(id: "o"), "error")) }
        ),
        ("operation_plans", "resources = '{}'", { _ = try await $0.plan(of: "o") }),
        ("operation_plans", "resources = '[{\"id\": 1}]'", { _ = try await $0.plan(of: "o") }),
        ("operation_logs", "extra_info = 'nonsense'", { _ = try await $0.operationLog("o") }),
        ("operation_logs", "extra_info = ''", { _ = try await $0.operationLogs(ListQuery(projectID: nil, limit: 1)) }),
        ("plans", "parameters = '[1'", { _ = try await $0.plans(ListQuery(projectID: nil, limit: 1)) }),
        ("restores", "status = 'perhaps'", { _ = try await $0.restore("r") }),
        ("restores", "resources_status = '[]'", { _ = try await $0.restore("r") }),
        (
            "restores", "resources_reason = '{\"a\": 1}'",
            { _ = try await $0.restores(ListQuery(projectID: nil, limit: 1)) }
        ),
        ("verifications", "status = ''", { _ = try await $0.verification("v") }),
        ("quotas", "resource = 'volumes'", { _ = try await $0.quota(of: "p1") }),
    ]

    @Test(arguments: damages.indices) func `a row that is not as we write it is named`(_ index: Int) async throws {
        let (table, damage, read) = Self.damages[index]
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        var operation = Samples.operation(id: "o")
        operation.restoreID = "r"
        operation.verificationID = "v"
        try await store.admit(Samples.admission(operation))
        try await store.insert(Samples.plan(id: "p"), quota: -1)
        try await store.setQuota(of: "p1", [.plans: 1])
        try await store.write { try $0.execute(sql: "UPDATE \(table) SET \(damage)") }
        let error = await expectStoreError(.corrupted) { try await read(store) }
        let column = String(damage.prefix { $0 != " " })
        #expect(error?.message.contains("table \(table), row ") == true)
        #expect(error?.message.contains(column) == true)
        await store.close()
    }

    @Test(arguments: ["kind = 'dance'", "state = 'lost'", "parameters = '{'", "extra_info = ''"])
    func `a damaged row of the queue keeps no other from being found, and can be ended`(_ damage: String) async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        let before = Samples.operation(at: 1)
        let damaged = Samples.operation(id: "o", .restore, checkpoint: "c", at: 2)
        let after = Samples.operation(at: 3)
        for operation in [before, damaged, after] { try await store.admit(Samples.admission(operation)) }
        try await store.write { try $0.execute(sql: "UPDATE operations SET \(damage) WHERE id = 'o'") }
        let found = try await store.unfinished()
        #expect(found.operations == [before, after])
        #expect(found.damaged.map(\.id) == ["o"])
        #expect(found.damaged.first?.providerID == "provider")
        #expect(found.damaged.first?.checkpointID == "c")
        let column = String(damage.prefix { $0 != " " })
        #expect(found.damaged.first?.reason.hasPrefix("table operations, row o: \(column) ") == true)

        try await store.abandon("o", errorInfo: "damaged", at: Samples.date(9))
        #expect(try await store.unfinished() == UnfinishedOperations(operations: [before, after]))
        #expect(try await store.operationLog("o").errorInfo == "damaged")
        #expect(try await store.restore(#require(damaged.restoreID)).status == .fail)
        await expectStoreError(.notFound) { try await store.context(of: "o") }
        try await store.admit(Samples.admission(Samples.operation(.delete, checkpoint: "c")))
        await store.close()
    }

    /// The tables are STRICT, so only another schema can hold another type; no value of any type stops the process.
    @Test func `a column of any type is read or refused`() async throws {
        let queue = try DatabaseQueue()
        try await queue.read { database in
            for value in ["NULL", "1", "1.5", "'text'", "x'00ff'"] {
                let row = try #require(try Row.fetchOne(database, sql: "SELECT \(value) AS id, \(value) AS other"))
                let reader = RowReader(row: row, table: "t")
                let reads: [() throws -> Any?] = [
                    { try reader.text("id") }, { try reader.optionalText("id") }, { try reader.bytes("id") },
                    { try reader.integer("id") }, { try reader.date("id") }, { try reader.optionalDate("id") },
                    { try reader.json("id") }, { try reader.texts("id") }, { try reader.text("missing") },
                    { try reader.word("id") as OperationKind },
                ]
                for read in reads {
                    do { _ = try read() } catch { #expect((error as? StoreError)?.code == .corrupted) }
                }
            }
        }
    }

    @Test func `a damaged page is corruption`() async throws {
        let folder = TemporaryFolder()
        let store = try await folder.openStore()
        for index in 0..<200 { try await store.insert(Samples.plan(id: "\(index)"), quota: -1) }
        await store.close()
        var bytes = try folder.bytes(of: TemporaryFolder.storeName)
        for page in 40..<bytes.count / 4096 { for offset in 0..<64 { bytes[page * 4096 + offset] = 0xA5 } }
        try folder.write(bytes, to: TemporaryFolder.storeName)
        let again = try await folder.openStore()
        let error = await expectStoreError(.corrupted) {
            try await again.plans(ListQuery(projectID: nil, filters: ["status": "suspended"], limit: 1000))
        }
        #expect(error?.disposition == .permanent)
        await again.close()
    }
}
