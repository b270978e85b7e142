import Foundation
import Protection
import TestSupport
import Testing

let recordStoreCases: [ConformanceCase<AnyRecordStore>] = planCases + listCases + filterCases

private let planCases: [ConformanceCase<AnyRecordStore>] = [
    ConformanceCase("a plan is read back as it was, with the order of its parameters") { store in
        let plan = Samples.plan(description: nil)
        try await store.insert(plan, quota: -1)
        let found = try await store.plan(plan.id)
        #expect(found == plan)
        #expect(found.parameters.json.encoded == plan.parameters.json.encoded)
        #expect(found.resources[0].extraInfo.encoded == plan.resources[0].extraInfo.encoded)
    },
    ConformanceCase("an update writes name, description, status and resources, and nothing else") { store in
        let plan = Samples.plan()
        try await store.insert(plan, quota: -1)
        let changed = Plan(
            id: plan.id, projectID: "other", name: "new", description: nil, providerID: "other", status: "started",
            resources: [Resource(type: .image, id: "i", name: "n")], parameters: Parameters(["a": [:]]),
            createdAt: Samples.date(99))
        try await store.update(changed, at: Samples.date(50))
        var expected = plan
        expected.name = "new"
        expected.description = nil
        expected.status = "started"
        expected.resources = changed.resources
        #expect(try await store.plan(plan.id) == expected)
    },
    ConformanceCase("a deleted plan is gone for everyone") { store in
        let plan = Samples.plan()
        try await store.insert(plan, quota: -1)
        try await store.deletePlan(plan.id, at: Samples.date(1))
        await expectStoreError(.notFound) { try await store.plan(plan.id) }
        await expectStoreError(.notFound) { try await store.update(plan, at: Samples.date(2)) }
        await expectStoreError(.notFound) { try await store.deletePlan(plan.id, at: Samples.date(2)) }
        await expectStoreError(.notFound) {
            try await store.plans(ListQuery(projectID: nil, marker: plan.id, limit: 10))
        }
        #expect(try await store.plans(ListQuery(projectID: nil, limit: 10)).isEmpty)
    },
    ConformanceCase("the plan that came with a protect stays as it was when its row changes") { store in
        var plan = Samples.plan(id: "plan")
        try await store.insert(plan, quota: -1)
        let operation = Samples.operation()
        try await store.admit(Samples.admission(operation))
        plan.name = "another"
        plan.resources = []
        try await store.update(plan, at: Samples.date(5))
        #expect(try await store.plan(of: operation.id) == Samples.admission(operation).plan)
        try await store.deletePlan(plan.id, at: Samples.date(6))
        #expect(try await store.plan(of: operation.id).name == "nightly")
    },
    ConformanceCase("what does not exist is not found") { store in
        await expectStoreError(.notFound) { try await store.plan("none") }
        await expectStoreError(.notFound) { try await store.restore("none") }
        await expectStoreError(.notFound) { try await store.verification("none") }
        await expectStoreError(.notFound) { try await store.operationLog("none") }
    },
]

private let listCases: [ConformanceCase<AnyRecordStore>] = [
    ConformanceCase("without an order the newest come first, of equal ones the greatest id") { store in
        for (id, seconds) in [("b", 1.0), ("c", 1), ("a", 2), ("d", 0)] {
            try await store.insert(Samples.plan(id: id, at: seconds), quota: -1)
        }
        #expect(try await store.plans(ListQuery(projectID: "p1", limit: 10)).map(\.id) == ["a", "c", "b", "d"])
        #expect(
            try await store.plans(ListQuery(projectID: "p1", sort: [], limit: 10)).map(\.id) == ["a", "c", "b", "d"])
        let ascending = ListQuery(projectID: "p1", sort: [.init(key: "created_at", isDescending: false)], limit: 10)
        #expect(try await store.plans(ascending).map(\.id) == ["d", "b", "c", "a"])
    },
    ConformanceCase("pages of any order, walked by marker or offset, are the whole list once") { store in
        let seed = UInt64.random(in: 0...UInt64.max)
        try await checkPaging(store, seed: seed)
    },
    ConformanceCase("a project sees its own rows; a marker of another project's does not exist") { store in
        let mine = Samples.plan(project: "p1")
        let other = Samples.plan(project: "p2")
        for plan in [mine, other] { try await store.insert(plan, quota: -1) }
        #expect(try await store.plans(ListQuery(projectID: "p1", limit: 10)) == [mine])
        #expect(try await store.plans(ListQuery(projectID: nil, limit: 10)).count == 2)
        await expectStoreError(.notFound) {
            try await store.plans(ListQuery(projectID: "p1", marker: other.id, limit: 10))
        }
        let long = await expectStoreError(.notFound) {
            let marker = "a" + String(repeating: "\u{301}", count: 5000)
            _ = try await store.plans(ListQuery(projectID: "p1", marker: marker, limit: 10))
        }
        #expect((long?.message.unicodeScalars.count ?? 0) < 200)
    },
    ConformanceCase("an unknown sort key is refused, naming those that there are") { store in
        let query = ListQuery(projectID: nil, sort: [.init(key: "id; DROP TABLE plans", isDescending: true)], limit: 1)
        let error = await expectStoreError(.invalidQuery) { try await store.plans(query) }
        #expect(error?.message.contains("'id; DROP TABLE plans'") == true)
        #expect(error?.message.contains("created_at") == true)
        await expectStoreError(.invalidQuery) { try await store.restores(query) }
        await expectStoreError(.invalidQuery) { try await store.verifications(query) }
        await expectStoreError(.invalidQuery) { try await store.operationLogs(query) }
        await expectStoreError(.invalidQuery) { try await store.plans(ListQuery(projectID: nil, limit: -1)) }
        await expectStoreError(.invalidQuery) {
            try await store.plans(ListQuery(projectID: nil, limit: 1, offset: -1))
        }
    },
    ConformanceCase("restores, verifications and logs are listed as they are read") { store in
        let admissions = OperationKind.allCases.map { Samples.admission(Samples.operation($0)) }
        for admission in admissions { try await store.admit(admission) }
        let all = ListQuery(projectID: "p1", limit: 10)
        #expect(try await store.restores(all) == admissions.compactMap(\.restore))
        #expect(try await store.verifications(all) == admissions.compactMap(\.verification))
        #expect(
            try await store.operationLogs(all).map(\.id) == admissions.map(\.log.id).sorted(by: >))
        #expect(try await store.restores(ListQuery(projectID: "p2", limit: 10)).isEmpty)
    },
]

private let filterCases: [ConformanceCase<AnyRecordStore>] = [
    ConformanceCase("name and description match as expressions, all else is equal") { store in
        try await store.insert(Samples.plan(id: "a", name: "db-1", description: "nightly"), quota: -1)
        try await store.insert(Samples.plan(id: "b", name: "db-22", description: nil, status: "started"), quota: -1)
        try await store.insert(Samples.plan(id: "c", name: "web", description: "weekly"), quota: -1)
        func found(_ filters: [String: String]) async throws -> [String] {
            let order = [ListQuery.Sort(key: "id", isDescending: false)]
            return try await store.plans(ListQuery(projectID: "p1", filters: filters, sort: order, limit: 9)).map(\.id)
        }
        #expect(try await found(["name": "db"]) == ["a", "b"])
        #expect(try await found(["name": "^db-\\d$"]) == ["a"])
        #expect(try await found(["name": "db", "description": "ly$"]) == ["a"])
        #expect(try await found(["description": ""]) == ["a", "c"])
        #expect(try await found(["status": "started"]) == ["b"])
        #expect(try await found(["status": "start"]) == [])
        #expect(try await found(["id": "c", "provider_id": "provider", "project_id": "p1"]) == ["c"])
        #expect(try await found(["project_id": "p2"]) == [])
    },
    ConformanceCase("expressions and pages go together") { store in
        for index in 0..<9 {
            let plan = Samples.plan(id: "\(index)", name: index.isMultiple(of: 2) ? "even" : "odd", at: Double(index))
            try await store.insert(plan, quota: -1)
        }
        let query = ListQuery(projectID: "p1", filters: ["name": "even"], marker: "6", limit: 2, offset: 1)
        #expect(try await store.plans(query).map(\.id) == ["2", "0"])
    },
    ConformanceCase("a pattern that is none, and a filter that does not exist, are refused") { store in
        let pattern = ListQuery(projectID: nil, filters: ["name": "("], limit: 1)
        let error = await expectStoreError(.invalidQuery) { try await store.plans(pattern) }
        #expect(error?.message.contains("name") == true)
        for column in ["parameters", "created_at", "1=1 OR id"] {
            let query = ListQuery(projectID: nil, filters: [column: "x"], limit: 1)
            await expectStoreError(.invalidQuery) { try await store.plans(query) }
        }
    },
    ConformanceCase("logs are filtered by checkpoint, plan, restore and status") { store in
        let restore = Samples.operation(.restore, checkpoint: "c1")
        let protect = Samples.operation(.protect, checkpoint: "c2")
        for operation in [restore, protect] { try await store.admit(Samples.admission(operation)) }
        func found(_ column: String, _ value: String) async throws -> [String] {
            try await store.operationLogs(ListQuery(projectID: "p1", filters: [column: value], limit: 9)).map(\.id)
        }
        #expect(try await found("checkpoint_id", "c1") == [restore.id])
        #expect(try await found("plan_id", "plan") == [protect.id])
        #expect(try await found("restore_id", #require(restore.restoreID)) == [restore.id])
        #expect(try await found("status", "protecting") == [protect.id])
        #expect(try await found("operation_type", "restore") == [restore.id])
    },
]

/// Random plans with many equal and some missing values, in random orders, against sorting them all here.
private func checkPaging(_ store: AnyRecordStore, seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    var plans: [Plan] = []
    for index in 0..<60 {
        let plan = Samples.plan(
            id: "id\(Int.random(in: 10...99, using: &random))-\(index)",
            name: ["a", "b", "B"].randomElement(using: &random) ?? "",
            description: ["x", "", nil, "é"].randomElement(using: &random) ?? nil,
            status: ["suspended", "started"].randomElement(using: &random) ?? "",
            at: Double(Int.random(in: 0..<5, using: &random)))
        plans.append(plan)
        try await store.insert(plan, quota: -1)
    }
    for _ in 0..<15 {
        let keys = ["id", "name", "description", "status", "created_at", "provider_id"].shuffled(using: &random)
        let sort = keys.prefix(Int.random(in: 0...3, using: &random)).map {
            ListQuery.Sort(key: $0, isDescending: Bool.random(using: &random))
        }
        let expected = reference(plans, sort)
        var walked: [String] = []
        while walked.count <= plans.count {
            let limit = Int.random(in: 1...25, using: &random)
            let page = try await store.plans(ListQuery(projectID: "p1", sort: sort, marker: walked.last, limit: limit))
            walked += page.map(\.id)
            if page.count < limit { break }
        }
        #expect(walked == expected, "seed \(seed), \(sort)")
        let offset = Int.random(in: 0...70, using: &random)
        let page = try await store.plans(ListQuery(projectID: "p1", sort: sort, limit: 7, offset: offset))
        #expect(
            page.map(\.id) == Array(expected.dropFirst(offset).prefix(7)), "seed \(seed), \(sort), offset \(offset)")
    }
}

private func reference(_ plans: [Plan], _ sort: [ListQuery.Sort]) -> [String] {
    let descends = sort.first?.isDescending ?? true
    let terms = sort + ["created_at", "id"].map { ListQuery.Sort(key: $0, isDescending: descends) }
    /// A missing value comes before all others; texts are compared by their bytes.
    func value(_ plan: Plan, _ key: String) -> [UInt8] {
        func present(_ text: String) -> [UInt8] { [1] + Array(text.utf8) }
        return switch key {
        case "id": present(plan.id)
        case "name": present(plan.name)
        case "description": plan.description.map(present) ?? []
        case "status": present(plan.status)
        case "provider_id": present(plan.providerID)
        default: present("\(plan.createdAt.timeIntervalSinceReferenceDate)")
        }
    }
    return plans.sorted { left, right in
        for term in terms {
            let (one, other) = (value(left, term.key), value(right, term.key))
            if one != other { return one.lexicographicallyPrecedes(other) != term.isDescending }
        }
        return false
    }.map(\.id)
}
