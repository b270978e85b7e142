import Glibc
import Loop
import Protection
import Synchronization

/// The folder `<path>/<container>` with a bank's objects as files. Every call may block: they belong on a lane.
///
/// Invariants:
/// 1. An object's name appears only once its bytes are on the disk (write, fsync, rename), so a reader sees the old object
///    or the new one, whenever the process or the machine stops.
/// 2. When `put` returns, every name from the container down to the object is on the disk: `known` holds the folders whose
///    own names are. It is changed together with the folders, under its lock.
/// 3. No call leaves the container: each name is opened in the folder above it, never through a symbolic link.
/// 4. Temporary files live in `.tmp`, which no key may name.
/// 5. A container that was there once in this process and is not any more has been unmounted or moved: it is not made
///    again, and its objects are not held to be gone.
///
/// Another process may use the same folder. It can remove one that was found empty just before a rename into it; `put`
/// then makes the folder again.
final class BankFolder: Sendable {
    /// How often `put` makes a folder again that somebody else removed meanwhile.
    private static let attempts = 16
    private static let knownLimit = 10_000
    private static let missing = FileError(call: .openFile, code: ENOENT)

    let path: String
    let container: String
    private let objectLimit: Int
    private let faults: FileFaults?
    private let staging = StagingFolder()
    /// Paths below the container; the container's own is empty.
    private let known = Locked<Set<String>>([])
    private let wasThere = Atomic(false)

    init(path: String, container: String, objectLimit: Int, faults: FileFaults?) {
        self.path = path
        self.container = container
        self.objectLimit = objectLimit
        self.faults = faults
    }

    // MARK: - Objects

    func get(_ key: [String]) throws(FileError) -> [UInt8] {
        guard let name = key.last, let folder = try openFolder(key.dropLast()) else { throw Self.missing }
        let file = try folder.file(name)
        let status = try file.status()
        // A folder or a pipe is no object.
        guard FileEntry.Kind(mode: status.st_mode) == .file else { throw Self.missing }
        return try file.read(expecting: Int(status.st_size), limit: objectLimit)
    }

    /// - Parameter now: seconds since 1970, by which left-over temporary files are judged.
    func put(_ bytes: [UInt8], at key: [String], now: Int) throws(FileError) {
        guard bytes.count <= objectLimit else { throw FileError(call: .write, code: EFBIG) }
        guard let name = key.last else { throw Self.missing }
        let container = try makeContainer()
        var file = try staging.write(bytes, in: container, now: now)
        var attempt = 1
        while true {
            do {
                return try publish(&file, as: name, in: key.dropLast(), of: container).sync()
            } catch  where error.code == ENOENT && attempt < Self.attempts {
                attempt += 1
            }
        }
    }

    /// Removes the object, and the folders above it that are empty then.
    func delete(_ key: [String]) throws(FileError) {
        guard let container = try openFolder([]) else { return }
        let remaining = try known.withLock { known throws(FileError) in
            try Self.remove(key[...], path: "", from: container, known: &known)
        }
        // Also where nothing was found: an earlier call may have been stopped before it came to this.
        if let remaining {
            try remaining.sync()
        } else {
            try container.sync()
        }
    }

    func list(_ prefix: [String], order: BankOrder, after marker: BankKey?, limit: Int) throws(FileError) -> [BankKey] {
        guard limit > 0, let folder = try openFolder(prefix[...]) else { return [] }
        var walk = KeyWalk(order: order, marker: marker?.path, limit: limit)
        try walk.visit(folder, path: "/" + prefix.joined(separator: "/"))
        return walk.found
    }

    // MARK: - Folders

    /// The folder with these names below the container; nil where there is none.
    private func openFolder(_ names: ArraySlice<String>) throws(FileError) -> Descriptor? {
        guard var folder = try openContainer() else { return nil }
        do {
            for name in names { folder = try folder.folder(name) }
            return folder
        } catch  where error.code == ENOENT || error.code == ENOTDIR {
            return nil
        }
    }

    /// Nil where it has never been.
    private func openContainer() throws(FileError) -> Descriptor? {
        do {
            let folder = try Descriptor.root(path, faults: faults).folder(container)
            wasThere.store(true, ordering: .relaxed)
            return folder
        } catch  where error.code == ENOENT || (error.code == ENOTDIR && error.call == .openFolder) {
            guard !wasThere.load(ordering: .relaxed) else { throw FileError(call: .openRoot, code: ENOENT) }
            return nil
        }
    }

    /// Opens the container; makes it, and the path that it lies in, at the first use.
    private func makeContainer() throws(FileError) -> Descriptor {
        try known.withLock { known throws(FileError) in
            // Its name is on the disk already; all that is left to learn is whether it is still there.
            if known.contains(""), let container = try openContainer() { return container }
            if wasThere.load(ordering: .relaxed) { _ = try openContainer() }
            let root = try Descriptor.makeRoot(path, faults: faults)
            let folder = try Self.enter(container, path: "", in: root, known: &known)
            wasThere.store(true, ordering: .relaxed)
            return folder
        }
    }

    /// Renames the file to its name in the folder, and returns the folder, which is to be synced.
    private func publish(
        _ file: inout StagedFile, as name: String, in folders: ArraySlice<String>, of container: borrowing Descriptor
    ) throws(FileError) -> Descriptor {
        try known.withLock { known throws(FileError) in
            var folder = try container.folder(".")
            var path = ""
            for name in folders {
                path += "/" + name
                folder = try Self.enter(name, path: path, in: folder, known: &known)
            }
            try file.rename(to: name, in: folder)
            return folder
        }
    }

    /// Opens a folder, makes it where it is missing, and returns once its name is on the disk.
    private static func enter(
        _ name: String, path: String, in parent: borrowing Descriptor, known: inout Set<String>
    ) throws(FileError) -> Descriptor {
        let folder: Descriptor
        do {
            folder = try parent.folder(name)
        } catch  where error.code == ENOENT {
            known.remove(path)
            try parent.makeFolder(name)
            folder = try parent.folder(name)
        }
        if !known.contains(path) {
            try parent.sync()
            if known.count >= knownLimit { known.removeAll() }
            known.insert(path)
        }
        return folder
    }

    /// Returns the lowest folder below `folder` that stays; nil where that is `folder` itself.
    private static func remove(
        _ key: ArraySlice<String>, path: String, from folder: borrowing Descriptor, known: inout Set<String>
    ) throws(FileError) -> Descriptor? {
        guard let name = key.first else { return nil }
        if key.count == 1 {
            do {
                try folder.removeFile(name)
            } catch  where error.code == ENOENT || error.code == EISDIR {
                // It is gone already, or no object.
            }
            return nil
        }
        let child: Descriptor
        do {
            child = try folder.folder(name)
        } catch  where error.code == ENOENT || error.code == ENOTDIR {
            return nil
        }
        let path = path + "/" + name
        if let remaining = try remove(key.dropFirst(), path: path, from: child, known: &known) { return remaining }
        do {
            try folder.removeFolder(name)
        } catch {
            // Most often it is not empty. Whatever else: an empty folder that stays is no object, and harms nobody.
            return child
        }
        known.remove(path)
        return nil
    }
}
