import Glibc

/// How much resident memory this process needs at most, beyond what it has when this is made.
struct MemoryPeak {
    private let idle: Int

    init() {
        // Puts the kernel's mark of the peak back to what is resident now.
        if let marks = fopen("/proc/self/clear_refs", "w") {
            fputs("5", marks)
            fclose(marks)
        }
        idle = Self.kibibytes("VmRSS:")
    }

    /// In KiB.
    var aboveIdle: Int { Self.kibibytes("VmHWM:") - idle }

    private static func kibibytes(_ name: String) -> Int {
        guard let status = fopen("/proc/self/status", "r") else { return 0 }
        defer { fclose(status) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), status) != nil {
            let words = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                .split(whereSeparator: \.isWhitespace)
            if words.count > 1, words[0] == name { return Int(words[1]) ?? 0 }
        }
        return 0
    }
}
