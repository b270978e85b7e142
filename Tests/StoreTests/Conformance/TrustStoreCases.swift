import FoundationEssentials
import Protection
import Testing

typealias AnyTrustStore = any OperationStore & TrustStore

/// Of the operation with that number; each ends in another second.
private func trust(of operation: Protection.Operation, _ number: Int = 0) -> TrustRecord {
    TrustRecord(
        operationID: operation.id, trustorID: "user", projectID: "p1",
        expiresAt: Samples.date(700_000 + Double(number)), begunAt: Samples.date(Double(number)))
}

let trustStoreCases: [ConformanceCase<AnyTrustStore>] = [
    ConformanceCase("a trust has no id until it is finished; another attempt replaces the record") { store in
        let operation = Samples.operation()
        try await store.begin(trust(of: operation))
        var record = trust(of: operation, 1)
        try await store.begin(record)
        #expect(try await store.superfluousTrusts() == [record])
        try await store.finishTrust(of: operation.id, trustID: "t")
        record.trustID = "t"
        #expect(try await store.superfluousTrusts() == [record])
        try await store.forgetTrust(of: operation.id)
        try await store.forgetTrust(of: operation.id)
        #expect(try await store.superfluousTrusts().isEmpty)
    },
    ConformanceCase("no two records are for trusts of one user, project and end") { store in
        try await store.begin(trust(of: Samples.operation()))
        let other = Samples.operation()
        await expectStoreError(.conflict) { try await store.begin(trust(of: other)) }
        var elsewhere = trust(of: other)
        elsewhere.projectID = "p2"
        try await store.begin(elsewhere)
        #expect(try await store.superfluousTrusts().count == 2)
    },
    ConformanceCase("an operation keeps what it was admitted with: its trust, or why it has none") { store in
        var operations = [Samples.operation(at: 0), Samples.operation(at: 1)]
        operations[0].trustID = "t"
        operations[1].trustRefusal = "403"
        for operation in operations { try await store.admit(Samples.admission(operation)) }
        #expect(try await store.unfinished().operations == operations)
    },
    ConformanceCase("a trust is superfluous unless its operation goes on by it") { store in
        var operations = (0..<5).map { Samples.operation(at: Double($0)) }
        operations[2].trustRefusal = "no answer"
        let records = operations.indices.map { trust(of: operations[$0], $0) }
        for record in records { try await store.begin(record) }
        #expect(try await store.superfluousTrusts() == records)
        for operation in operations.prefix(4) { try await store.admit(Samples.admission(operation)) }
        #expect(try await store.superfluousTrusts() == [records[2], records[4]])
        try await store.conclude(Samples.conclusion(of: operations[0], "available"))
        try await store.retract(operations[1].id)
        #expect(try await store.superfluousTrusts() == [records[0], records[1], records[2], records[4]])
    },
]
