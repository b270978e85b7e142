import Engine
import Protection

/// A list request for checkpoints: they come from a bank, which knows days and one order.
struct CheckpointListing {
    let listing: Listing
    let query: CheckpointQuery

    init(query text: String?, caller: Caller, configuration: APIConfiguration) throws(APIError) {
        listing = try Listing(
            query: text, caller: caller, maxLimit: configuration.maxLimit,
            columns: ["plan_id", "start_date", "end_date"], allowed: configuration.filters.checkpoints)
        // By anything else a bank would have to be read whole, one object for each checkpoint, before the first could be shown.
        for sort in listing.sort where sort.key != "created_at" {
            throw APIError(.badRequest, "Checkpoints are sorted by 'created_at' only, not by '\(sort.key.quoted(50))'.")
        }
        let plan = listing.filters["plan_id"]
        if let plan, !UUIDText.isUUID(plan) { throw APIError(.badRequest, "Invalid plan id provided.") }
        let start = try Self.day(listing.filters, "start_date")
        let end = try Self.day(listing.filters, "end_date")
        query = CheckpointQuery(
            projectID: listing.projectID(caller), planID: plan, startDate: start,
            // Karbor asks for a beginning before it looks at an end.
            endDate: start == nil ? nil : end,
            order: listing.sort.first?.isDescending ?? true ? .descending : .ascending, marker: listing.marker,
            limit: listing.limit, weightLimit: configuration.limits.pageBytes)
    }

    private static func day(_ filters: [String: String], _ name: String) throws(APIError) -> String? {
        guard let text = filters[name] else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let digits = parts.allSatisfy { part in part.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        guard digits, parts.map(\.utf8.count) == [4, 2, 2], let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2]), hasDay(year: year, month: month, day: day)
        else { throw APIError(.badRequest, "The \(name) must be a day, of the form YYYY-MM-DD.") }
        return text
    }

    private static func hasDay(year: Int, month: Int, day: Int) -> Bool {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return year >= 1 && (1...12).contains(month) && (1...days[month - 1]).contains(day)
    }
}
