import GRDB
import Protection
import Testing

@testable import Store

@Suite struct DamagedRowTests {
    /// Table, what is done to its row, and what then fails.
    private static let damages: [(String, String, @Sendable (SQLiteStore) async throws -> Void)] = [
        ("operations", "kind = 'dance'", { _ = try await $0.unfinished() }),
        ("operations", "state = 'lost'", { _ = try await $0.operation("o") }),
        ("operations", "parameters = '{'", { _ = try await $0.operation("o") }),
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
        let folder = try TemporaryFolder()
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
        let folder = try TemporaryFolder()
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
