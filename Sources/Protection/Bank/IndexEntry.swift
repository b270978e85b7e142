/// One name in an index: `<timestamp>@<checkpoint>`.
struct IndexEntry: Comparable {
    let timestamp: Int64
    let id: String

    init(timestamp: Int64, id: String) {
        self.timestamp = timestamp
        self.id = id
    }

    /// Nil for what is no entry.
    init?(_ name: some StringProtocol) {
        let halves = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, let timestamp = Int64(halves[0]), !halves[1].isEmpty else { return nil }
        self.init(timestamp: timestamp, id: String(halves[1]))
    }

    static func < (left: IndexEntry, right: IndexEntry) -> Bool {
        (left.timestamp, left.id) < (right.timestamp, right.id)
    }
}
