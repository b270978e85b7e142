extension [UInt8] {
    /// Changes, removes, doubles or adds a byte, or cuts the end off.
    mutating func damage(using random: inout some RandomNumberGenerator) {
        guard !isEmpty else { return append(UInt8.random(in: 0...255, using: &random)) }
        let place = Int.random(in: 0..<count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: self[place] = UInt8.random(in: 0...255, using: &random)
        case 1: remove(at: place)
        case 2: insert(self[place], at: place)
        case 3: removeLast(count - place)
        case 4: insert("[]{}\",:\\u0-e.tn".utf8.randomElement(using: &random) ?? 0, at: place)
        default: self[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
    }
}
