/// Numbers as they stand in a file: decimal, finite, nothing around them.
package enum NumberSyntax {
    /// A hundred years.
    package static let longestSeconds = 3_155_760_000.0

    static func integer(_ text: String, _ bounds: Bounds<Int>) -> Int? {
        guard let number = Int(text), bounds.contain(number) else { return nil }
        return number
    }

    static func double(_ text: String, _ bounds: Bounds<Double>) -> Double? {
        // Double(_:) also takes hexadecimal, "inf" and "nan", which no operator means.
        let decimal = text.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
        guard decimal, let number = Double(text), number.isFinite, bounds.contain(number) else { return nil }
        return number
    }

    /// A number without a fraction where it has none.
    static func text(_ number: Double) -> String {
        Int(exactly: number).map { String($0) } ?? String(number)
    }
}
