import PluginKit

/// One look of a group at its things: along the list for as long as that is worth while, then at the rest one by one.
///
/// A request for one thing costs a service and us about as much as eight to thirty things of a list. So
/// 1. one or two things are not worth a list,
/// 2. a list is left when those that are missing are two, or one for every 32 of the page that was just read,
/// 3. and when eight times as many things were read as are looked for: these are old, in a list that is long.
/// Costs of a look are therefore in proportion to what is looked for, however long the list is.
///
/// What the list shows to be missing is gone: nothing older can follow in a list that is newest first. Only where the
/// list has kept that order so far; of things made in the same second nothing is concluded.
struct WatchRound: Sendable {
    /// Things that are not worth a list.
    static let few = 2
    /// Services give no more in a page.
    static let longestPage = 1000

    /// Whoever joined later is not served by this look.
    let lastTicket: UInt64
    /// What is still looked for, and since when it is there at most.
    private var missing: [String: String?]
    private let count: Int
    private var itemsRead = 0
    private var isWhole = false
    private var isInOrder = true
    /// The last one of the list as far as it was read.
    private var oldest: String?
    private(set) var found: [Sighting] = []

    /// - Parameter things: and by when each was made at the earliest.
    init(of things: [String: String?], lastTicket: UInt64) {
        missing = things
        count = things.count
        self.lastTicket = lastTicket
    }

    var wantsList: Bool { count > Self.few }
    /// Room for all, and for some of others.
    var pageSize: Int { min(Self.longestPage, count + count / 4 + 16) }

    /// Whether the next page is wanted.
    mutating func saw(_ page: [Sighting]) -> Bool {
        itemsRead += page.count
        for thing in page {
            note(thing.createdAt)
            if missing.removeValue(forKey: thing.id) != nil { found.append(thing) }
        }
        if missing.count <= max(Self.few, page.count / 32) || itemsRead >= 8 * count + Self.few * 32 { return false }
        return !missing.keys.allSatisfy(isPassed)
    }

    mutating func sawEnd() { isWhole = true }

    /// What the list does not have, and what it has not told of.
    func rest() -> (gone: [String], open: [String]) {
        var rest: (gone: [String], open: [String]) = ([], [])
        for id in missing.keys {
            if isWhole || isPassed(id) { rest.gone.append(id) } else { rest.open.append(id) }
        }
        return rest
    }

    private mutating func note(_ createdAt: String?) {
        guard let createdAt, oldest.map({ createdAt <= $0 }) ?? true else {
            isInOrder = false
            return
        }
        oldest = createdAt
    }

    private func isPassed(_ id: String) -> Bool {
        guard isInOrder, let oldest, let createdAt = missing[id] ?? nil else { return false }
        return oldest < createdAt
    }
}
