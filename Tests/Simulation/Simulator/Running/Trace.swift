/// What happened, as a number by which two runs are told apart, and for whoever looks as text.
final class Trace {
    private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    private(set) var lines: [String] = []
    let isKept: Bool
    /// What is said while this is set is no part of what happened.
    var isMuted = false

    init(isKept: Bool) { self.isKept = isKept }

    func add(_ elapsed: Duration, _ text: String) {
        guard !isMuted else { return }
        let (seconds, attoseconds) = elapsed.components
        mix(UInt64(bitPattern: seconds))
        mix(UInt64(bitPattern: attoseconds))
        for byte in text.utf8 { mix(UInt64(byte)) }
        if isKept { lines.append(Self.line(elapsed, text)) }
    }

    /// What is of interest to whoever looks, and may differ between runs.
    func note(_ elapsed: Duration, _ text: @autoclosure () -> String) {
        if isKept, !isMuted { lines.append(Self.line(elapsed, "    " + text())) }
    }

    private func mix(_ value: UInt64) { hash = (hash ^ value) &* 0x100_0000_01b3 }

    private static func line(_ elapsed: Duration, _ text: String) -> String {
        let milliseconds = Int(elapsed / .milliseconds(1))
        let fraction = String(1000 + milliseconds % 1000).dropFirst()
        return "\(milliseconds / 1000).\(fraction) \(text)"
    }
}
