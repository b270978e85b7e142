import Protection

/// How much of an operation's work is done, summed over its resources as they tell of themselves.
///
/// Invariants:
/// 1. `bytesDone` and `bytesTotal` are the sums of what `transfers` holds, each resource with no more done than it has.
/// 2. A resource that is done counts whole, and what it tells after that is not heard.
/// 3. `unsized` counts the expected resources that are not done and have told no size.
struct WorkTally: Sendable {
    private struct Transfer {
        var done: Int64 = 0
        var total: Int64 = 0
    }

    /// More than any service stores, and far from overflow when summed.
    private static let largest: Int64 = 1 << 55

    private var transfers: [ResourceKey: Transfer] = [:]
    private var finished: Set<ResourceKey> = []
    private var sized = 0
    private(set) var stepsTotal = 0
    private(set) var bytesDone: Int64 = 0
    private(set) var bytesTotal: Int64 = 0

    var stepsDone: Int { finished.count }
    private var unsized: Int { stepsTotal - finished.count - sized }

    mutating func expect(resources count: Int) { stepsTotal = count }

    /// Of `key`, `done` bytes of `total` have been moved: both may grow, and be corrected.
    mutating func transferred(_ done: Int64, of total: Int64, by key: ResourceKey) {
        guard !finished.contains(key) else { return }
        let old = transfers[key] ?? Transfer()
        let total = min(max(0, total), Self.largest)
        let new = Transfer(done: min(max(0, done), total), total: total)
        if (old.total > 0) != (new.total > 0) { sized += new.total > 0 ? 1 : -1 }
        replace(old, by: new, of: key)
    }

    mutating func finish(_ key: ResourceKey) {
        guard finished.insert(key).inserted, let old = transfers[key] else { return }
        if old.total > 0 { sized -= 1 }
        replace(old, by: Transfer(done: old.total, total: old.total), of: key)
    }

    /// The size that a resource has told; nil where it has told none.
    func bytesTotal(of key: ResourceKey) -> Int64? { transfers[key].flatMap { $0.total > 0 ? $0.total : nil } }

    /// How much is done, and how much there is, in the finest measure that holds for all that is left: bytes, or else resources.
    var amount: (done: Double, total: Double, isInBytes: Bool) {
        bytesTotal > 0 && unsized <= 0
            ? (Double(bytesDone), Double(bytesTotal), true) : (Double(stepsDone), Double(stepsTotal), false)
    }

    private mutating func replace(_ old: Transfer, by new: Transfer, of key: ResourceKey) {
        transfers[key] = new
        bytesDone = Self.sum(bytesDone - old.done, new.done)
        bytesTotal = Self.sum(bytesTotal - old.total, new.total)
    }

    private static func sum(_ one: Int64, _ other: Int64) -> Int64 {
        let (sum, overflows) = one.addingReportingOverflow(other)
        return overflows ? .max : sum
    }
}
