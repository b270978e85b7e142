import Glibc
import Loop

/// Has the last lines of a process written before it ends, by whatever way it calls exit(3) or returns from `main`.
enum LastLines {
    /// A sink that is still held up then costs the lines, not the end.
    private static let patience = Duration.seconds(2)
    private static let control = Locked<LogControl?>(nil)

    static func flush(_ control: LogControl) {
        let isFirst = Self.control.withLock { known in
            defer { known = control }
            return known == nil
        }
        guard isFirst else { return }
        atexit { _ = LastLines.control.withLock { $0 }?.flush(within: LastLines.patience) }
    }
}
