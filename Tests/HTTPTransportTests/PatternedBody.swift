import Foundation

/// A large body of which every byte is known by its place, so that it need not be kept to be compared.
struct PatternedBody: Sendable {
    let count: Int
    /// Longer than any piece, by a period that is no multiple of any buffer's size.
    private static let period = 65_521
    private static let pattern: [UInt8] = {
        let once = (0..<period).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        return (0..<34).reduce(into: []) { pattern, _ in pattern += once }
    }()

    func piece(at offset: Int, upTo limit: Int) -> [UInt8] {
        let start = offset % Self.period
        return Array(Self.pattern[start..<start + min(limit, count - offset)])
    }

    /// Whether `piece` is what belongs at `offset`.
    func holds(_ piece: [UInt8], at offset: Int) -> Bool {
        guard offset + piece.count <= count else { return false }
        return Self.pattern.withUnsafeBytes { pattern in
            piece.withUnsafeBytes { piece in
                guard let start = pattern.baseAddress, let bytes = piece.baseAddress else { return piece.isEmpty }
                return memcmp(start + offset % Self.period, bytes, piece.count) == 0
            }
        }
    }
}
