import FoundationEssentials

/// A moment as Python's `datetime.isoformat` writes it: UTC without a zone, six digits of a second.
enum Timestamp {
    static func text(_ date: Date) -> String {
        let total = (date.timeIntervalSince1970 * 1_000_000).rounded(.down)
        let seconds = (total / 1_000_000).rounded(.down)
        let whole = Date(timeIntervalSince1970: seconds)
            .formatted(Date.ISO8601FormatStyle().year().month().day().time(includingFractionalSeconds: false))
        let digits = String(Int(total - seconds * 1_000_000))
        return whole + "." + String(repeating: "0", count: 6 - digits.utf8.count) + digits
    }
}
