/// A walk through one of a bank's indices that gives its entries by timestamp, then id, in the order of a query.
///
/// A bank lists by key, and in a key the project may stand before the timestamp. So entries are gathered until those at hand
/// come before all others, which depends on the index:
///
/// | index | asked for | gathered |
/// |---|---|---|
/// | by-provider, by-plan | one project | nothing: the keys are in order |
/// | by-provider, by-plan | all projects | all of them (names, not objects) |
/// | by-date | one or all | one day |
///
/// Index objects without a project in their key (written before Karbor had it) are found where several projects are read.
struct IndexScan {
    private enum Gathering {
        case nothing, everything
        /// A day, of those that the query asks for. The project is nil where all count.
        case day(DayRange, project: String?)
    }

    /// Pages double in size, so that a bank that starts anew for each of them is not read a hundred times over.
    private static let firstPage = 64

    private let bank: any Bank
    private let prefix: BankKey
    private let order: BankOrder
    private let gathering: Gathering
    private let marker: IndexEntry?

    /// The last key that was listed, or where to begin.
    private var position: BankKey?
    /// How many keys to list next; nil for all that are left.
    private var page: Int?
    private var gathered: [IndexEntry] = []
    private var gatheredDay: Substring = ""
    private var isAtEnd = false

    /// Throws `.invalidKey` where an id is no part of a key, or a day no day.
    init(
        bank: any Bank, query: CheckpointQuery, provider: String, today: String, marker: Checkpoint?
    ) throws(BankError) {
        self.bank = bank
        order = query.order
        self.marker = marker.map { IndexEntry(timestamp: $0.timestamp, id: $0.id) }
        if query.planID == nil, let first = query.startDate {
            let days = try DayRange(first: first, last: query.endDate ?? today)
            prefix = try BankKey(parts: ["indices", "by-date"])
            gathering = .day(days, project: query.projectID)
            page = Self.firstPage
            position = try BankKey(parts: ["indices", "by-date", days.start(in: order, at: marker?.createdAt)])
            return
        }
        var parts = ["indices"] + (query.planID.map { ["by-plan", $0] } ?? ["by-provider", provider])
        guard let project = query.projectID else {
            prefix = try BankKey(parts: parts)
            gathering = .everything
            return
        }
        parts.append(project)
        prefix = try BankKey(parts: parts)
        gathering = .nothing
        page = query.limit.map { max($0, Self.firstPage) }
        if let marker {
            // A checkpoint of another plan may be the marker, too: what is not beyond it is left out entry by entry.
            let day = query.planID == nil ? [] : [marker.createdAt]
            position = try? BankKey(parts: parts + day + ["\(marker.timestamp)@\(marker.id)"])
        }
    }

    /// The next entries, at least one; nil at the end.
    mutating func next() async throws(BankError) -> [IndexEntry]? {
        while !isAtEnd {
            let keys = try await bank.list(prefix: prefix, order: order, after: position, limit: page)
            position = keys.last ?? position
            isAtEnd = page.map { keys.count < $0 } ?? true
            page = page.map { $0 * 2 }
            var ready = take(keys)
            if isAtEnd { ready += release() }
            if !ready.isEmpty { return ready }
        }
        return nil
    }

    /// Gathers what the keys name, and returns what comes before all that is still to be listed.
    private mutating func take(_ keys: [BankKey]) -> [IndexEntry] {
        var ready: [IndexEntry] = []
        for key in keys {
            let parts = key.parts
            guard let name = parts.last, let entry = IndexEntry(name), isBeyondMarker(entry) else { continue }
            switch gathering {
            case .nothing:
                ready.append(entry)
            case .everything:
                gathered.append(entry)
            case .day(let days, let project):
                // Without a project in the key, the checkpoint itself says it.
                guard parts.count == 4 || parts.count == 5 && parts[3] == project ?? String(parts[3]) else { continue }
                guard days.reach(parts[2], in: order) else {
                    isAtEnd = true
                    return ready
                }
                if parts[2] != gatheredDay {
                    ready += release()
                    gatheredDay = parts[2]
                }
                gathered.append(entry)
            }
        }
        return ready
    }

    private func isBeyondMarker(_ entry: IndexEntry) -> Bool {
        guard let marker else { return true }
        return order == .ascending ? entry > marker : entry < marker
    }

    private mutating func release() -> [IndexEntry] {
        defer { gathered = [] }
        return gathered.sorted { order == .ascending ? $0 < $1 : $0 > $1 }
    }
}
