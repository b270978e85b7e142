/// The days from a first to a last one, both of them in it, as an index by date names them: `YYYY-MM-DD`.
struct DayRange: Equatable {
    let first: String
    let last: String

    /// Throws `.invalidKey` for what is no day. A range that ends before it begins is empty.
    init(first: String, last: String) throws(BankError) {
        for day in [first, last] where !Self.isDay(day) {
            throw BankError(.invalidKey, "no day: \(String(day.prefix(100)).debugDescription)")
        }
        self.first = first
        self.last = last
    }

    /// The part of a key at which a listing begins: just before all keys of the first day in this order.
    ///
    /// - Parameter marker: the day within the range from which on it is wanted.
    func start(in order: BankOrder, at marker: String?) -> String {
        let marker = marker.flatMap { Self.isDay($0) ? $0 : nil }
        switch order {
        case .ascending: return max(first, marker ?? first)
        // No key has a greater letter: it comes after all that the day's own slash begins.
        case .descending: return min(last, marker ?? last) + "z"
        }
    }

    /// Whether a listing that has come to this day is still within the range.
    func reach(_ day: Substring, in order: BankOrder) -> Bool {
        order == .ascending ? day <= last : day >= first
    }

    private static func isDay(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count == 10
            && bytes.enumerated().allSatisfy { index, byte in
                index == 4 || index == 7 ? byte == UInt8(ascii: "-") : (0x30...0x39).contains(byte)
            }
    }
}
