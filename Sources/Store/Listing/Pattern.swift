/// A regular expression that users may send: it takes a time that grows with the text's length alone.
///
/// Swift's `Regex` (as most) backtracks and cannot be stopped: `(a+)+$` against thirty letters runs for hours, and any
/// user could send it. So this one runs all alternatives side by side (Thompson's construction): at most text length ×
/// program length steps, both limited, and of them no more than a caller has to spend. To make the program takes at most
/// program length × pattern length. It knows what list filters need: literals, `.`, classes, `\d \w \s` and their
/// opposites, `^ $ \b \B`, groups, `|`, `* + ? {m,n}` (a lazy `?` after them changes nothing, as only yes or no is asked).
/// Neither backreferences nor lookaround. It searches anywhere in the text and minds case, as Python's `re.search` does.
struct Pattern {
    static let lengthLimit = 255
    static let programLimit = 1000
    /// The steps that one list has to spend on matching, over all its rows: a few tenths of a second, in which ten
    /// thousand rows of ordinary text are matched many times over.
    static let stepLimit = 20_000_000

    private let program: [Instruction]

    /// Throws `PatternError` for what it does not understand, and for what is too large.
    init(_ text: String) throws(PatternError) {
        guard text.unicodeScalars.count <= Self.lengthLimit else {
            throw PatternError("it is longer than \(Self.lengthLimit) characters")
        }
        var parser = PatternParser(text)
        var program: [Instruction] = []
        try Self.emit(parser.parse(), into: &program)
        program.append(.accept)
        self.program = program
    }

    /// Throws when no `steps` are left, from which it takes what it needs: one for each instruction that is looked at,
    /// and of a class each of its parts.
    func matches(_ text: String, steps: inout Int) throws(PatternError) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var threads = Threads(count: program.count)
        for position in 0...scalars.count {
            guard steps > 0 else { throw PatternError("it takes too long") }
            // A match may begin at every position.
            if add(0, to: &threads, scalars, position, &steps) { return true }
            guard position < scalars.count else { return false }
            var next = Threads(count: program.count)
            for index in threads.list {
                guard case .consume(let set) = program[index] else { continue }
                steps -= set.size
                if set.contains(scalars[position]), add(index + 1, to: &next, scalars, position + 1, &steps) {
                    return true
                }
            }
            threads = next
        }
        return false
    }

    /// Follows what consumes nothing from `start`; true where that accepts.
    private func add(
        _ start: Int, to threads: inout Threads, _ text: [Unicode.Scalar], _ position: Int, _ steps: inout Int
    ) -> Bool {
        var open = [start]
        while let index = open.popLast() {
            steps -= 1
            guard threads.insert(index) else { continue }
            switch program[index] {
            case .accept: return true
            case .consume: break
            case .jump(let target): open.append(target)
            case .split(let one, let other): open += [one, other]
            case .check(let place): if place.holds(in: text, at: position) { open.append(index + 1) }
            }
        }
        return false
    }

    /// Between two instructions no node is looked at twice, since what is nothing is repeated no further: otherwise a
    /// repetition of nothing, of repetitions of nothing, … would never end, and never come to the limit.
    private static func emit(_ node: PatternNode, into program: inout [Instruction]) throws(PatternError) {
        guard program.count < programLimit else { throw PatternError("it is too large") }
        switch node {
        case .set(let set): program.append(.consume(set))
        case .place(let place): program.append(.check(place))
        case .sequence(let nodes): for node in nodes { try emit(node, into: &program) }
        case .either(let one, let other):
            let split = program.count
            program.append(.accept)
            try emit(one, into: &program)
            let jump = program.count
            program.append(.accept)
            program[split] = .split(split + 1, program.count)
            try emit(other, into: &program)
            program[jump] = .jump(program.count)
        case .repeated(let node, let least, let most):
            let start = program.count
            for _ in 0..<least {
                try emit(node, into: &program)
                if program.count == start { return }
            }
            guard let most else {
                let split = program.count
                program.append(.accept)
                try emit(node, into: &program)
                program.append(.jump(split))
                program[split] = .split(split + 1, program.count)
                return
            }
            var splits: [Int] = []
            for _ in least..<most {
                splits.append(program.count)
                program.append(.accept)
                try emit(node, into: &program)
            }
            for split in splits { program[split] = .split(split + 1, program.count) }
        }
    }
}

private enum Instruction {
    case consume(ScalarSet)
    case check(PatternPlace)
    case jump(Int)
    case split(Int, Int)
    case accept
}

/// The instructions that wait for the next character, each once.
private struct Threads {
    private(set) var list: [Int] = []
    private var isListed: [Bool]

    init(count: Int) { isListed = Array(repeating: false, count: count) }

    mutating func insert(_ index: Int) -> Bool {
        guard !isListed[index] else { return false }
        isListed[index] = true
        list.append(index)
        return true
    }
}
