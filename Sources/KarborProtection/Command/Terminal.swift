import Glibc

/// The operator who typed the command.
enum Terminal {
    /// Writes a line to standard error, where there may be no log yet.
    static func complain(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
