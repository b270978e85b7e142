import TestSupport

/// All that is left to chance, drawn from the seed.
struct Chance {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        // Seeds that follow each other have nothing else in common.
        for _ in 0..<3 { _ = generator.next() }
    }

    mutating func number(below end: Int) -> Int { Int(generator.next() >> 33) % max(1, end) }

    mutating func number(_ range: ClosedRange<Int>) -> Int { range.lowerBound + number(below: range.count) }

    /// From 0 up to 1.
    mutating func fraction() -> Double { Double(generator.next() >> 11) * 0x1p-53 }

    mutating func isTrue(_ probability: Double) -> Bool { fraction() < probability }

    mutating func one<Element>(of elements: [Element]) -> Element { elements[number(below: elements.count)] }

    /// In milliseconds.
    mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration { .milliseconds(number(range)) }

    /// Most are short, some much longer: each third is another decade.
    mutating func length(upTo longest: Duration) -> Duration {
        let exponent = fraction() * 3
        var scale = 1.0
        var left = exponent
        while left > 0 {
            scale *= left >= 1 ? 10 : 1 + 9 * left
            left -= 1
        }
        return longest * (scale / 1000)
    }
}
