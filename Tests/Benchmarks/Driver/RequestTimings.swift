/// How long requests took: those with a renewal under way, and the others.
struct RequestTimings: Sendable {
    var during: [Duration] = []
    var outside: [Duration] = []

    mutating func add(_ other: RequestTimings) {
        during += other.during
        outside += other.outside
    }
}

extension [Duration] {
    /// In microseconds: what `percent` per cent of them did not exceed.
    func percentile(_ percent: Int) -> Double {
        guard !isEmpty else { return 0 }
        return sorted()[(count - 1) * percent / 100] / .microseconds(1)
    }
}
