import Protection
import TestSupport
import Testing

/// Any query against any bank gives what filtering and sorting all checkpoints gives.
@Suite struct CheckpointListingRandomTests {
    private static let projects = ["p1", "p2", "p10"]
    private static let providers = ["v1", "v2"]
    private static let plans = ["l1", "l2"]
    private static let days = ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"]

    private static func checkpoints(using random: inout SeededGenerator) -> [Checkpoint] {
        (0..<Int.random(in: 0...90, using: &random)).map { number in
            // Many at one second, and many at midnight.
            let day = 1_795_392_000 + 86_400 * Int.random(in: 0..<5, using: &random)
            let id = String(random.next() % 100_000_000, radix: 16) + "-\(number)"
            return .sample(
                id, project: projects.randomElement(using: &random) ?? "",
                provider: providers.randomElement(using: &random) ?? "",
                plan: plans.randomElement(using: &random) ?? "",
                timestamp: day + [0, 1, 7, 86_399].randomElement(using: &random)!)
        }
    }

    private static func query(_ checkpoints: [Checkpoint], using random: inout SeededGenerator) -> CheckpointQuery {
        func maybe<T>(_ values: [T], using random: inout SeededGenerator) -> T? {
            Bool.random(using: &random) ? values.randomElement(using: &random) : nil
        }
        return CheckpointQuery(
            projectID: maybe(projects, using: &random),
            planID: Int.random(in: 0..<3, using: &random) == 0 ? plans.randomElement(using: &random) : nil,
            startDate: maybe(days, using: &random), endDate: maybe(days, using: &random),
            order: Bool.random(using: &random) ? .ascending : .descending,
            marker: maybe(checkpoints.map(\.id), using: &random),
            limit: maybe([1, 2, 5, 70, 1000], using: &random))
    }

    /// Nil for a marker that is none of this provider and project.
    private static func expected(
        _ query: CheckpointQuery, _ provider: String, _ checkpoints: [Checkpoint], today: String
    ) -> [String]? {
        func position(_ checkpoint: Checkpoint) -> (Int64, String) { (checkpoint.timestamp, checkpoint.id) }
        var found = checkpoints.filter { checkpoint in
            guard checkpoint.providerID == provider, query.projectID ?? checkpoint.projectID == checkpoint.projectID
            else {
                return false
            }
            if let plan = query.planID { return checkpoint.planID == plan }
            guard let first = query.startDate else { return true }
            return first <= checkpoint.createdAt && checkpoint.createdAt <= query.endDate ?? today
        }.sorted { position($0) < position($1) }
        if query.order == .descending { found.reverse() }
        if let id = query.marker {
            guard let marker = checkpoints.first(where: { $0.id == id }), marker.providerID == provider,
                query.projectID ?? marker.projectID == marker.projectID
            else { return nil }
            found = found.filter {
                query.order == .ascending ? position($0) > position(marker) : position($0) < position(marker)
            }
        }
        return found.prefix(query.limit ?? .max).map(\.id)
    }

    @Test(arguments: 0..<60 as Range<UInt64>) func `any list is what filtering and sorting gives`(seed: UInt64)
        async throws
    {
        var random = SeededGenerator(seed: seed)
        let checkpoints = Self.checkpoints(using: &random)
        let collection = CheckpointCollection(bank: MemoryBank())
        for checkpoint in checkpoints { try await collection.create(checkpoint) }
        for _ in 0..<25 {
            let query = Self.query(checkpoints, using: &random)
            let provider = Self.providers.randomElement(using: &random)!
            let today = Self.days.randomElement(using: &random)!
            let expected = Self.expected(query, provider, checkpoints, today: today)
            do throws(BankError) {
                let found = try await collection.list(query, provider: provider, today: today).map(\.id)
                #expect(found == expected, "seed \(seed): \(query)")
            } catch {
                #expect(error.code == .notFound && expected == nil, "seed \(seed): \(query): \(error)")
            }
        }
    }
}
