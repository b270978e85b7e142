/// Reads a pattern by recursive descent; its depth is limited by the length of the text.
struct PatternParser {
    private static let repetitionLimit = 255

    private let text: [Unicode.Scalar]
    private var position = 0

    init(_ text: String) { self.text = Array(text.unicodeScalars) }

    mutating func parse() throws(PatternError) -> PatternNode {
        let node = try alternatives()
        guard position == text.count else { throw PatternError("a ')' has no '('") }
        return node
    }

    private var current: Unicode.Scalar? { position < text.count ? text[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard current == scalar else { return false }
        position += 1
        return true
    }

    private mutating func next(_ missing: String) throws(PatternError) -> Unicode.Scalar {
        guard let scalar = current else { throw PatternError(missing) }
        position += 1
        return scalar
    }

    private mutating func alternatives() throws(PatternError) -> PatternNode {
        var node = try sequence()
        while take("|") { node = .either(node, try sequence()) }
        return node
    }

    private mutating func sequence() throws(PatternError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let scalar = current, scalar != "|", scalar != ")" { nodes.append(try repetition()) }
        return .sequence(nodes)
    }

    private mutating func repetition() throws(PatternError) -> PatternNode {
        var node = try atom()
        while let (least, most) = try quantifier() {
            _ = take("?")
            node = .repeated(node, least: least, most: most)
        }
        return node
    }

    private mutating func quantifier() throws(PatternError) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard take("{") else { return nil }
        let least = try number()
        var most: Int? = least
        if take(",") { most = current == "}" ? nil : try number() }
        guard take("}") else { throw PatternError("a '{' has no '}'") }
        if let most, most < least { throw PatternError("{\(least),\(most)} goes backwards") }
        return (least, most)
    }

    private mutating func number() throws(PatternError) -> Int {
        var value = 0
        let start = position
        while let scalar = current, let digit = Int(String(scalar)), scalar.isASCII {
            value = value * 10 + digit
            guard value <= Self.repetitionLimit else {
                throw PatternError("a repetition beyond \(Self.repetitionLimit)")
            }
            position += 1
        }
        guard position > start else { throw PatternError("a '{' has no number") }
        return value
    }

    private mutating func atom() throws(PatternError) -> PatternNode {
        let scalar = try next("it ends too early")
        switch scalar {
        case "(":
            if take("?"), !take(":") {
                throw PatternError("of the groups that begin with '(?' only '(?:' is understood")
            }
            let node = try alternatives()
            guard take(")") else { throw PatternError("a '(' has no ')'") }
            return node
        case "[": return .set(try bracket())
        case ".": return .set(ScalarSet(["\n"..."\n"], isNegated: true))
        case "^": return .place(.start)
        case "$": return .place(.end)
        case "\\":
            let escaped = try next("a '\\' stands at the end")
            switch escaped {
            case "b": return .place(.wordEdge)
            case "B": return .place(.noWordEdge)
            default: return .set(try escape(escaped))
            }
        case "*", "+", "?", "{": throw PatternError("'\(scalar)' has nothing to repeat")
        default: return .set(ScalarSet([scalar...scalar]))
        }
    }

    private func escape(_ scalar: Unicode.Scalar) throws(PatternError) -> ScalarSet {
        switch scalar {
        case "d": return .digits
        case "D": return .digits.negated
        case "w": return .word
        case "W": return .word.negated
        case "s": return .space
        case "S": return .space.negated
        case "n": return ScalarSet(["\n"..."\n"])
        case "t": return ScalarSet(["\t"..."\t"])
        case "a"..."z", "A"..."Z", "0"..."9": throw PatternError("'\\\(scalar)' is not understood")
        default: return ScalarSet([scalar...scalar])
        }
    }

    private mutating func bracket() throws(PatternError) -> ScalarSet {
        let missing = "a '[' has no ']'"
        var set = ScalarSet([], isNegated: take("^"))
        var isFirst = true
        while true {
            let scalar = try next(missing)
            if scalar == "]", !isFirst { return set }
            isFirst = false
            guard let low = try member(scalar, into: &set, missing) else { continue }
            guard current == "-", position + 1 < text.count, text[position + 1] != "]" else {
                set.ranges.append(low...low)
                continue
            }
            position += 1
            guard let high = try member(next(missing), into: &set, missing), low <= high else {
                throw PatternError("a range in '[…]' goes backwards or has no end")
            }
            set.ranges.append(low...high)
        }
    }

    /// One character of a class; nil where it was a class of its own (`\d`), which is then a part of `set`.
    private mutating func member(
        _ scalar: Unicode.Scalar, into set: inout ScalarSet, _ missing: String
    ) throws(PatternError) -> Unicode.Scalar? {
        guard scalar == "\\" else { return scalar }
        let escaped = try escape(next(missing))
        if !escaped.isNegated, escaped.ranges.count == 1, let range = escaped.ranges.first,
            range.lowerBound == range.upperBound
        {
            return range.lowerBound
        }
        set.parts.append(escaped)
        return nil
    }
}
