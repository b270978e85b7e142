import Loop
import Protection
import TestSupport
import Testing

@Suite struct CheckpointListingTests {
    private static let day = 86_400
    private static let start = 1_795_478_400  // 2026-11-24

    private let bank = MemoryBank()
    private var collection: CheckpointCollection { CheckpointCollection(bank: bank) }

    private func create(_ checkpoints: Checkpoint...) async throws {
        for checkpoint in checkpoints { try await collection.create(checkpoint) }
    }

    private func ids(
        _ query: CheckpointQuery, provider: String = "provider", today: String = "2026-11-30"
    ) async throws(BankError) -> [String] {
        try await collection.list(query, provider: provider, today: today).map(\.id)
    }

    private var gets: Int { bank.calls.count { if case .get = $0 { true } else { false } } }

    @Test func `all projects' checkpoints are merged by time, then id, newest or oldest first`() async throws {
        try await create(
            .sample("b", project: "p1", timestamp: 1_795_478_401),
            .sample("a", project: "p2", timestamp: 1_795_478_401),
            .sample("c", project: "p2", timestamp: 1_795_478_400), .sample("d", project: "p1", timestamp: 1_795_564_800)
        )
        let planless = CheckpointQuery(projectID: nil)
        #expect(try await ids(planless) == ["d", "b", "a", "c"])
        for query in [
            CheckpointQuery(projectID: nil, order: .ascending),
            CheckpointQuery(projectID: nil, planID: "plan", order: .ascending),
            CheckpointQuery(projectID: nil, startDate: "2026-11-01", order: .ascending),
        ] {
            #expect(try await ids(query) == ["c", "a", "b", "d"])
        }
    }

    @Test func `a list ends with the checkpoint that makes it too heavy, and few more are read`() async throws {
        for number in 0..<40 {
            try await create(.sample("c\(100 + number)", timestamp: Self.start + number))
        }
        let weight = Checkpoint.sample("c100").weight
        bank.forgetCalls()
        var query = CheckpointQuery(projectID: "project", order: .ascending, limit: 30, weightLimit: weight * 5)
        let page = try await collection.list(query, provider: "provider", today: "2026-11-30")
        #expect((5...6).contains(page.count))
        #expect(query.isFilled(by: page))
        #expect(gets <= 8)

        query.weightLimit = weight * 1000
        let whole = try await collection.list(query, provider: "provider", today: "2026-11-30")
        #expect(whole.count == 30)
        #expect(query.isFilled(by: whole))
        query.limit = 1000
        let all = try await collection.list(query, provider: "provider", today: "2026-11-30")
        #expect(all.map(\.id) == (100..<140).map { "c\($0)" })
        #expect(!query.isFilled(by: all))
    }

    @Test func `pages that end by weight, walked by marker, are the whole list once`() async throws {
        for number in 0..<20 {
            try await create(.sample("c\(100 + number)", timestamp: Self.start + number))
        }
        var query = CheckpointQuery(projectID: "project", limit: 100, weightLimit: 1)
        var walked: [String] = []
        while true {
            let page = try await collection.list(query, provider: "provider", today: "2026-11-30")
            walked += page.map(\.id)
            guard query.isFilled(by: page), walked.count < 100 else { break }
            query.marker = page.last?.id
        }
        #expect(walked == (100..<120).reversed().map { "c\($0)" })
    }

    @Test func `whoever has left is not read for`() async throws {
        for number in 0..<20 {
            try await create(.sample("c\(100 + number)", timestamp: Self.start + number))
        }
        bank.forgetCalls()
        let collection = collection
        let gone = Task { () async throws -> Int in
            withUnsafeCurrentTask { $0?.cancel() }
            return try await collection.list(
                CheckpointQuery(projectID: "project"), provider: "provider", today: "2026-11-30"
            ).count
        }
        #expect(try await gone.value == 0)
        #expect(gets == 0)
    }

    @Test func `days are inclusive, end today if nothing else is said, and a last day alone counts for nothing`()
        async throws
    {
        for number in 0..<5 {
            try await create(.sample("c\(number)", timestamp: Self.start + number * Self.day + 43_200))
        }
        func days(_ first: String?, _ last: String?) async throws -> [String] {
            try await ids(
                CheckpointQuery(projectID: "project", startDate: first, endDate: last, order: .ascending),
                today: "2026-11-27")
        }
        #expect(try await days("2026-11-25", "2026-11-26") == ["c1", "c2"])
        #expect(try await days("2026-11-25", nil) == ["c1", "c2", "c3"])
        #expect(try await days("2026-11-28", nil) == [])
        #expect(try await days(nil, "2026-11-25") == ["c0", "c1", "c2", "c3", "c4"])
        #expect(try await days("2026-11-26", "2026-11-25") == [])
        #expect(try await days("1970-01-01", "9999-12-31") == ["c0", "c1", "c2", "c3", "c4"])
    }

    @Test(arguments: ["", "2026", "2026-1-1", "2026-11-24T00", "2026/11/24", "../../../x", "2026-11-2４", "xxxx-xx-xx"])
    func `what is no day is the caller's fault`(day: String) async throws {
        for query in [
            CheckpointQuery(projectID: "project", startDate: day),
            CheckpointQuery(projectID: "project", startDate: "2026-11-24", endDate: day),
        ] {
            let error = await #expect(throws: BankError.self) { try await ids(query) }
            #expect(error?.code == .invalidKey)
        }
        #expect(bank.calls == [])
    }

    @Test(arguments: ["../x", "a/b", "", ".."]) func `ids that are no parts of a key list nothing`(id: String)
        async throws
    {
        try await create(.sample("c"))
        bank.forgetCalls()
        for query in [
            CheckpointQuery(projectID: id), CheckpointQuery(projectID: nil, planID: id),
            CheckpointQuery(projectID: id, planID: "plan"),
        ] {
            #expect(await #expect(throws: BankError.self) { try await ids(query) }?.code == .invalidKey)
        }
        #expect(
            await #expect(throws: BankError.self) { try await ids(CheckpointQuery(projectID: nil), provider: id) }?.code
                == .invalidKey)
        #expect(bank.calls == [])
    }

    @Test func `only as many checkpoints are read as are wanted`() async throws {
        for number in 100..<200 { try await create(.sample("c\(number)", timestamp: Self.start + number)) }
        bank.forgetCalls()
        #expect(try await ids(CheckpointQuery(projectID: "project", limit: 3)) == ["c199", "c198", "c197"])
        #expect(gets == 3)
        bank.forgetCalls()
        #expect(try await ids(CheckpointQuery(projectID: "project", marker: "c197", limit: 2)) == ["c196", "c195"])
        #expect(gets == 3, "the marker and two")
        bank.forgetCalls()
        #expect(try await ids(CheckpointQuery(projectID: nil, startDate: "2026-11-01", limit: 0)) == [])
        #expect(bank.calls == [])
        let lists = try await { () -> Int in
            _ = try await ids(CheckpointQuery(projectID: "project", order: .ascending))
            return bank.calls.count - gets
        }()
        #expect(lists == 1, "a list without a limit is one")
    }

    @Test func `a limit counts what is left after the filters, however far that is`() async throws {
        for number in 100..<400 {
            try await create(
                .sample(
                    "c\(number)", provider: number % 100 == 0 ? "provider" : "other", timestamp: Self.start + number))
        }
        for query in [
            CheckpointQuery(projectID: "project", planID: "plan", order: .ascending, limit: 2),
            CheckpointQuery(projectID: "project", startDate: "2026-11-24", order: .ascending, limit: 2),
            CheckpointQuery(projectID: nil, startDate: "2026-11-24", order: .ascending, limit: 2),
        ] {
            bank.forgetCalls()
            #expect(try await ids(query) == ["c100", "c200"])
            #expect(bank.calls.count - gets <= 3, "pages grow")
        }
    }

    @Test func `a checkpoint that cannot be read is skipped and told of, one that is none is passed over`()
        async throws
    {
        try await create(
            .sample("a", timestamp: Self.start), .sample("b", timestamp: Self.start + 1),
            .sample("c", timestamp: Self.start + 2), .sample("d", timestamp: Self.start + 3))
        try await bank.delete(BankKey("/checkpoints/b/index.json"))
        try await bank.put(Array("{".utf8), format: .json, at: BankKey("/checkpoints/c/index.json"))
        let skipped = Locked<[String: BankError.Code]>([:])
        for _ in 0..<2 {
            let found = try await collection.list(
                CheckpointQuery(projectID: "project"), provider: "provider", today: "2026-11-30"
            ) { id, reason in
                skipped.withLock { $0[id] = reason.code }
            }
            #expect(found.map(\.id) == ["d", "a"])
        }
        #expect(skipped.withLock { $0 } == ["c": .corrupted])
    }

    @Test func `a bank that does not answer is no empty list`() async throws {
        let bank = MemoryBank { _, call in
            if case .get(let key) = call, key.path.contains("/b/") { BankError(.unavailable, "down") } else { nil }
        }
        let collection = CheckpointCollection(bank: bank)
        for id in ["a", "b", "c"] { try await collection.create(.sample(id)) }
        let error = await #expect(throws: BankError.self) {
            try await collection.list(CheckpointQuery(projectID: "project"), provider: "provider", today: "2026-11-30")
        }
        #expect(error?.code == .unavailable)
    }

    @Test func `what was deleted is not listed, also when its index objects are still there`() async throws {
        try await create(.sample("a"), .sample("b", status: .deleted), .sample("c", status: .errorDeleting))
        #expect(try await ids(CheckpointQuery(projectID: "project")) == ["c", "a"])
    }

    @Test func `an index object that names another project's checkpoint shows nothing of it`() async throws {
        try await create(.sample("a", project: "other"))
        try await bank.put(
            Array("a".utf8), format: .raw, at: BankKey("/indices/by-provider/provider/project/1795524753@a"))
        #expect(try await ids(CheckpointQuery(projectID: "project")) == [])
    }

    @Test(arguments: ["missing", "elsewhere", "foreign", "../a", ""]) func `a marker that is none here is notFound`(
        marker: String
    ) async throws {
        try await create(.sample("a"), .sample("elsewhere", project: "other"), .sample("foreign", provider: "other"))
        let error = await #expect(throws: BankError.self) {
            try await ids(CheckpointQuery(projectID: "project", marker: marker))
        }
        #expect(error?.code == .notFound)
    }

    @Test func `a page goes on after a marker that was deleted meanwhile`() async throws {
        try await create(
            .sample("a", timestamp: Self.start), .sample("b", timestamp: Self.start + 1),
            .sample("c", timestamp: Self.start + 2))
        var marker = try await collection.checkpoint("b")
        marker.status = .deleted
        try await collection.update(marker)
        try await collection.retire(marker)
        #expect(try await ids(CheckpointQuery(projectID: "project", marker: "b")) == ["a"])
        #expect(try await ids(CheckpointQuery(projectID: "project", order: .ascending, marker: "b")) == ["c"])
    }

    @Test func `index objects without a project, as old versions wrote them, are found among all projects and by day`()
        async throws
    {
        try await create(.sample("a", timestamp: Self.start), .sample("c", timestamp: Self.start + 2))
        let old = Checkpoint.sample("b", timestamp: Self.start + 1)
        try await collection.update(old)
        for path in ["by-provider/provider", "by-plan/plan/2026-11-24", "by-date/2026-11-24"] {
            try await bank.put(Array("b".utf8), format: .raw, at: BankKey("/indices/\(path)/\(old.timestamp)@b"))
        }
        for query in [
            CheckpointQuery(projectID: nil), CheckpointQuery(projectID: nil, planID: "plan"),
            CheckpointQuery(projectID: nil, startDate: "2026-11-24"),
            CheckpointQuery(projectID: "project", startDate: "2026-11-24"),
        ] {
            #expect(try await ids(query) == ["c", "b", "a"])
        }
        #expect(try await ids(CheckpointQuery(projectID: "project")) == ["c", "a"])
        #expect(try await ids(CheckpointQuery(projectID: "other", startDate: "2026-11-24")) == [])
    }

    @Test func `what lies in an index and is no entry is passed over`() async throws {
        try await create(.sample("a"))
        for name in ["README", "@a", "x@a", "1795524753@", "1795524753"] {
            for place in [
                "by-provider/provider/project", "by-plan/plan/project/2026-11-24", "by-date/2026-11-24/project",
                "by-date", "by-date/2026-11-24/project/deep/er",
            ] {
                try await bank.put([], format: .raw, at: BankKey("/indices/\(place)/\(name)"))
            }
        }
        for project in ["project", nil] {
            for query in [
                CheckpointQuery(projectID: project), CheckpointQuery(projectID: project, planID: "plan"),
                CheckpointQuery(projectID: project, startDate: "2026-11-24"),
            ] {
                let found = try await collection.list(query, provider: "provider", today: "2026-11-30") { id, _ in
                    Issue.record("\(id) is skipped")
                }
                #expect(found.map(\.id) == ["a"])
            }
        }
    }
}
