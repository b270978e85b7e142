import Glibc
import Loop

/// The right to work on a store: until it is released, and given back by the kernel if the process dies.
///
/// A `flock` on a file beside the store: unlike SQLite's own POSIX locks it also excludes a second store in this
/// process. The file holds the holder's process id, for the message. It is never removed: whoever waits for a lock file
/// that was removed holds nothing.
final class StoreLock: Sendable {
    private let file: Locked<OwnedDescriptor?>

    /// Throws `.inUse` at once where another one holds it.
    init(of path: String) throws {
        let file = try OwnedDescriptor(opening: path + ".lock", O_RDWR | O_CREAT)
        guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw FileError("lock", file.path) }
            let holder = try String(decoding: file.read(upTo: 20).prefix { $0 >= 0x30 && $0 <= 0x39 }, as: UTF8.self)
            throw StoreOpenError(
                .inUse,
                "\(path) is already in use by another karbor-protection (pid \(holder.isEmpty ? "unknown" : holder))")
        }
        try file.replaceContents(with: Array("\(getpid())\n".utf8))
        self.file = Locked(file)
    }

    var isHeld: Bool { file.withLock { $0 != nil } }

    func release() {
        file.withLock { $0 = nil }
    }
}
