import Glibc

/// Owns an open file or folder, and closes it when it goes out of use.
///
/// Names are taken relative to the folder and never through a symbolic link, so that whoever starts in a folder stays
/// beneath it. Every call is repeated when a signal interrupted it. All of them may block.
struct Descriptor: ~Copyable, Sendable {
    /// Folders and files are for the daemon's user, and for a group that the operator may give to a backup tool: a bank
    /// holds what its users' projects are made of, which is nothing for every account of the machine.
    private static let folderMode: mode_t = 0o750
    private static let fileMode: mode_t = 0o640

    private let number: Int32
    private let faults: FileFaults?

    private init(_ number: Int32, _ faults: FileFaults?) {
        self.number = number
        self.faults = faults
    }

    // What close(2) could still report, fsync(2) has reported before.
    deinit { close(number) }

    // MARK: - Folders

    /// Opens the folder that a bank lies in, through symbolic links: where that is, is the operator's choice.
    static func root(_ path: String, faults: FileFaults?) throws(FileError) -> Descriptor {
        let opened = try perform(.openRoot, path, faults) { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        return Descriptor(opened, faults)
    }

    /// Makes the folder that a bank lies in and those above it, and returns once their names are on the disk.
    static func makeRoot(_ path: String, faults: FileFaults?) throws(FileError) -> Descriptor {
        do {
            return try root(path, faults: faults)
        } catch  where error.code == ENOENT {
            guard path != ".", path != "/" else { throw error }
            let parent = try makeRoot(parentPath(of: path), faults: faults)
            _ = try perform(.makeRoot, path, faults) { mkdir(path, folderMode) == 0 || errno == EEXIST ? 0 : -1 }
            try parent.sync()
            return try root(path, faults: faults)
        }
    }

    /// Throws `ELOOP` for a symbolic link, `ENOTDIR` for anything else that is no folder.
    func folder(_ name: String) throws(FileError) -> Descriptor {
        do {
            let opened = try perform(.openFolder, name) {
                openat(number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            }
            return Descriptor(opened, faults)
        } catch {
            // Linux says ENOTDIR of a link to a folder, too.
            guard error.code == ENOTDIR, try kind(of: name) == .link else { throw error }
            throw FileError(call: .openFolder, code: ELOOP)
        }
    }

    /// Does nothing where something has that name already.
    func makeFolder(_ name: String) throws(FileError) {
        do {
            _ = try perform(.makeFolder, name) { mkdirat(number, name, Self.folderMode) }
        } catch  where error.code == EEXIST {}
    }

    func removeFolder(_ name: String) throws(FileError) {
        _ = try perform(.removeFolder, name) { unlinkat(number, name, AT_REMOVEDIR) }
    }

    /// What is in the folder, in no order, without `.` and `..`. Names that are no UTF-8 are left out.
    func entries() throws(FileError) -> [FileEntry] {
        let copy = try perform(.entries, ".") { openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard let stream = fdopendir(copy) else {
            let code = errno
            close(copy)
            throw FileError(call: .entries, code: code)
        }
        defer { closedir(stream) }
        var result: [FileEntry] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw FileError(call: .entries, code: errno) }
                return result
            }
            guard let name = FileEntry.name(of: entry), name != ".", name != ".." else { continue }
            var kind = FileEntry.Kind(type: entry.pointee.d_type)
            if kind == nil {
                do {
                    kind = try self.kind(of: name)
                } catch  where error.code == ENOENT {
                    continue
                }
            }
            result.append(FileEntry(name: name, kind: kind ?? .other))
        }
    }

    /// What `name` is; a symbolic link is not followed.
    func kind(of name: String) throws(FileError) -> FileEntry.Kind {
        var status = stat()
        _ = try perform(.status, name) { fstatat(number, name, &status, AT_SYMLINK_NOFOLLOW) }
        return FileEntry.Kind(mode: status.st_mode)
    }

    // MARK: - Files

    /// Makes a file that must not exist yet, to be written.
    func createFile(_ name: String) throws(FileError) -> Descriptor {
        let opened = try perform(.createFile, name) {
            openat(number, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, Self.fileMode)
        }
        return Descriptor(opened, faults)
    }

    /// Opens a file to be read, and where `locking`, to be locked: NFS locks only what may be written.
    ///
    /// It does not wait for the other end of a pipe that somebody put there. Throws `ELOOP` for a symbolic link.
    func file(_ name: String, locking: Bool = false) throws(FileError) -> Descriptor {
        let access = locking ? O_RDWR : O_RDONLY
        let opened = try perform(.openFile, name) {
            openat(number, name, access | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        }
        return Descriptor(opened, faults)
    }

    func rename(_ name: String, to newName: String, in folder: borrowing Descriptor) throws(FileError) {
        let target = folder.number
        _ = try perform(.rename, newName) { renameat(number, name, target, newName) }
    }

    func removeFile(_ name: String) throws(FileError) {
        _ = try perform(.removeFile, name) { unlinkat(number, name, 0) }
    }

    // MARK: - What is open

    func status() throws(FileError) -> stat {
        var status = stat()
        _ = try perform(.status, "") { fstat(number, &status) }
        return status
    }

    /// Takes the lock that ends with this descriptor, also when the process is killed. Throws `EWOULDBLOCK` where another has it.
    func lock() throws(FileError) {
        _ = try perform(.lock, "") { flock(number, LOCK_EX | LOCK_NB) }
    }

    func write(_ bytes: [UInt8]) throws(FileError) {
        var written = 0
        while written < bytes.count {
            let count = min(bytes.count - written, Self.chunk)
            let start = written
            written += try perform(.write, "") {
                bytes.withUnsafeBytes { Glibc.write(number, $0.baseAddress?.advanced(by: start), count) }
            }
        }
    }

    /// Reads to the end. Throws `EFBIG` for more than `limit` bytes.
    func read(expecting size: Int, limit: Int) throws(FileError) -> [UInt8] {
        guard size <= limit else { throw FileError(call: .read, code: EFBIG) }
        var bytes = [UInt8](repeating: 0, count: size + 1)
        var count = 0
        while true {
            let start = count
            let added = try perform(.read, "") {
                bytes.withUnsafeMutableBytes {
                    Glibc.read(number, $0.baseAddress?.advanced(by: start), $0.count - start)
                }
            }
            count += added
            guard count <= limit else { throw FileError(call: .read, code: EFBIG) }
            if added == 0 {
                bytes.removeLast(bytes.count - count)
                return bytes
            }
            if count == bytes.count { bytes += [UInt8](repeating: 0, count: Self.chunk) }
        }
    }

    /// Returns when what was written, or what was named and removed in a folder, is on the disk.
    func sync() throws(FileError) {
        _ = try perform(.sync, "") { fsync(number) }
    }

    // MARK: - Calling

    private static func parentPath(of path: String) -> String {
        var path = path[...]
        while path.last == "/" { path.removeLast() }
        while let last = path.last, last != "/" { path.removeLast() }
        while path.last == "/", path.count > 1 { path.removeLast() }
        return path.isEmpty ? "." : String(path)
    }

    private static let chunk = 1 << 20

    private func perform<Result: SignedInteger>(
        _ call: FileCall, _ name: String, _ body: () -> Result
    ) throws(FileError) -> Result {
        try Self.perform(call, name, faults, body)
    }

    private static func perform<Result: SignedInteger>(
        _ call: FileCall, _ name: String, _ faults: FileFaults?, _ body: () -> Result
    ) throws(FileError) -> Result {
        if let code = faults?(call, name) { throw FileError(call: call, code: code) }
        while true {
            let result = body()
            if result >= 0 { return result }
            guard errno == EINTR else { throw FileError(call: call, code: errno) }
        }
    }
}
