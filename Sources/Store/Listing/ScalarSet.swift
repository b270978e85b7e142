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

/// A place in a text that a pattern may ask for.
enum PatternPlace {
    case start, end, wordEdge, noWordEdge

    func holds(in text: [Unicode.Scalar], at position: Int) -> Bool {
        switch self {
        case .start: position == 0
        case .end: position == text.count
        case .wordEdge: isWordEdge(text, position)
        case .noWordEdge: !isWordEdge(text, position)
        }
    }

    private func isWordEdge(_ text: [Unicode.Scalar], _ position: Int) -> Bool {
        let isBefore = position > 0 && ScalarSet.word.contains(text[position - 1])
        let isAfter = position < text.count && ScalarSet.word.contains(text[position])
        return isBefore != isAfter
    }
}
