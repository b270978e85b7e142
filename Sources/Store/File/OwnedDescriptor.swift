import Glibc

/// An open file that is closed when its owner lets go of it. Every call may block.
struct OwnedDescriptor: ~Copyable, Sendable {
    let number: CInt
    let path: String

    /// Opens with `O_CLOEXEC`, so that no child process holds the file, or its lock, longer than we do.
    init(opening path: String, _ flags: CInt, mode: mode_t = 0o600) throws(FileError) {
        let number = open(path, flags | O_CLOEXEC, mode)
        guard number >= 0 else { throw FileError("open", path) }
        self.number = number
        self.path = path
    }

    deinit { close(number) }

    func status() throws(FileError) -> stat {
        var result = stat()
        guard fstat(number, &result) == 0 else { throw FileError("examine", path) }
        return result
    }

    /// Up to `count` bytes from the start of the file; fewer only where the file ends.
    func read(upTo count: Int) throws(FileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var length = 0
        while length < count {
            let got = bytes.withUnsafeMutableBytes {
                pread(number, $0.baseAddress?.advanced(by: length), count - length, off_t(length))
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw FileError("read", path) }
            if got == 0 { break }
            length += got
        }
        return Array(bytes.prefix(length))
    }

    /// Makes `bytes` all that the file holds.
    func replaceContents(with bytes: [UInt8]) throws(FileError) {
        guard ftruncate(number, 0) == 0 else { throw FileError("write", path) }
        var length = 0
        while length < bytes.count {
            let put = bytes.withUnsafeBytes {
                pwrite(number, $0.baseAddress?.advanced(by: length), bytes.count - length, off_t(length))
            }
            if put < 0, errno == EINTR { continue }
            guard put >= 0 else { throw FileError("write", path) }
            length += put
        }
    }

    func synchronize() throws(FileError) {
        guard fsync(number) == 0 else { throw FileError("synchronize", path) }
    }

    /// Brings the folder's entries to the disk: until then a new file may be gone after a power cut.
    static func synchronizeFolder(of path: String) throws(FileError) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        try OwnedDescriptor(opening: folder, O_RDONLY | O_DIRECTORY).synchronize()
    }
}
