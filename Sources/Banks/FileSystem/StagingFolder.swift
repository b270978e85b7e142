import Glibc
import Synchronization

/// The folder `.tmp` of a container: objects while they are written, where no listing looks.
///
/// A file there is locked by whoever writes it, and the lock ends with the process. At the first write those are removed
/// that a killed process left: nobody locks them, and they are older than a minute (between making and locking lies a
/// moment), or older than a day where the file system knows no locks.
final class StagingFolder: Sendable {
    static let name = ".tmp"
    static let staleAfterSeconds = 60
    static let staleWithoutLocksAfterSeconds = 86_400

    private let isSwept = Atomic(false)

    /// Writes a new file that is on the disk when this returns, and that goes away unless it is renamed.
    func write(_ bytes: [UInt8], in container: borrowing Descriptor, now: Int) throws(FileError) -> StagedFile {
        let folder: Descriptor
        do {
            folder = try container.folder(Self.name)
        } catch  where error.code == ENOENT {
            try container.makeFolder(Self.name)
            folder = try container.folder(Self.name)
        }
        if !isSwept.exchange(true, ordering: .relaxed) { Self.sweep(folder, now: now) }
        var random = SystemRandomNumberGenerator()
        let name = "\(getpid())-\(String(random.next(), radix: 16))-\(String(random.next(), radix: 16))"
        let file = StagedFile(try folder.createFile(name), named: name, in: folder)
        try file.fill(with: bytes)
        return file
    }

    /// Best effort: what it cannot remove only takes space until the next start.
    private static func sweep(_ folder: borrowing Descriptor, now: Int) {
        guard let entries = try? folder.entries() else { return }
        for entry in entries where entry.kind == .file && isStale(entry.name, in: folder, now: now) {
            try? folder.removeFile(entry.name)
        }
    }

    private static func isStale(_ name: String, in folder: borrowing Descriptor, now: Int) -> Bool {
        do {
            let file = try folder.file(name, locking: true)
            let age = now - Int(try file.status().st_mtim.tv_sec)
            do {
                try file.lock()
                return age >= staleAfterSeconds
            } catch {
                return error.code != EWOULDBLOCK && age >= staleWithoutLocksAfterSeconds
            }
        } catch {
            return false
        }
    }
}

/// A file that is removed when it goes out of use, unless it was renamed to be an object.
struct StagedFile: ~Copyable {
    private let folder: Descriptor
    private let file: Descriptor
    private let name: String
    private var isRenamed = false

    fileprivate init(_ file: consuming Descriptor, named name: String, in folder: consuming Descriptor) {
        self.file = file
        self.name = name
        self.folder = folder
    }

    fileprivate func fill(with bytes: [UInt8]) throws(FileError) {
        // Without a lock the file is only held to be stale by its age alone.
        try? file.lock()
        try file.write(bytes)
        try file.sync()
    }

    // Best effort, like the sweep that would find it.
    deinit { if !isRenamed { try? folder.removeFile(name) } }

    mutating func rename(to newName: String, in newFolder: borrowing Descriptor) throws(FileError) {
        try folder.rename(name, to: newName, in: newFolder)
        isRenamed = true
    }
}
