/// The characters that one place of a pattern takes.
struct ScalarSet {
    var ranges: [ClosedRange<Unicode.Scalar>]
    /// Sets that are a part of this one, as `\W` in `[\W_]`.
    var parts: [ScalarSet] = []
    var isNegated: Bool

    init(_ ranges: [ClosedRange<Unicode.Scalar>], isNegated: Bool = false) {
        self.ranges = ranges
        self.isNegated = isNegated
    }

    static let digits = ScalarSet(["0"..."9"])
    static let word = ScalarSet(["a"..."z", "A"..."Z", "0"..."9", "_"..."_"])
    static let space = ScalarSet([" "..." ", "\t"..."\r"])

    var negated: ScalarSet {
        var set = self
        set.isNegated.toggle()
        return set
    }

    /// How much `contains` looks at.
    var size: Int { parts.reduce(1 + ranges.count) { $0 + $1.size } }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        let isListed = ranges.contains { $0.contains(scalar) } || parts.contains { $0.contains(scalar) }
        return isListed != isNegated
    }
}
