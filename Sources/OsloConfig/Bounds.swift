/// The least and the greatest value allowed, both included.
package struct Bounds<Number: Comparable & Sendable>: Sendable, Equatable {
    package let least: Number?
    package let greatest: Number?

    package init(_ least: Number?, _ greatest: Number?) {
        self.least = least
        self.greatest = greatest
    }

    func contain(_ number: Number) -> Bool {
        if let least, number < least { return false }
        if let greatest, number > greatest { return false }
        return true
    }

    /// Words to go after "a number".
    var description: String {
        switch (least, greatest) {
        case (let least?, let greatest?): " from \(least) to \(greatest)"
        case (let least?, nil): " of at least \(least)"
        case (nil, let greatest?): " of at most \(greatest)"
        case (nil, nil): ""
        }
    }
}
