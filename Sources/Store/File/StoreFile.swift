import GRDB
import Glibc

/// The store's file before it is a store: told apart from others' files, and made.
///
/// A file is made under another name, in full, and then renamed. So whatever stands at the store's path is either
/// another's file or has our `application_id` in its header, on disk: one look at the header decides, and SQLite need not
/// open a file, nor touch its journals, to learn that it should not have. The caller holds the `StoreLock`.
struct StoreFile {
    enum Kind: Equatable {
        case missing
        case ours
        case foreign(String)
    }

    let path: String

    /// Where the header (the file format's first 100 bytes) holds the `application_id`.
    private static let applicationIDOffset = 68

    func kind() throws -> Kind {
        guard access(path, F_OK) == 0 else { return .missing }
        let file = try OwnedDescriptor(opening: path, O_RDONLY | O_NONBLOCK)
        let status = try file.status()
        guard status.st_mode & S_IFMT == S_IFREG else { return .foreign("is no file") }
        // SQLite as well takes an empty file for a database to be made.
        guard status.st_size > 0 else { return .missing }
        let header = try file.read(upTo: 100)
        guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else {
            return .foreign("is no SQLite database")
        }
        let id = header[Self.applicationIDOffset..<Self.applicationIDOffset + 4].reduce(0) { $0 << 8 | UInt32($1) }
        return id == Schema.applicationID ? .ours : .foreign("is the database of another application")
    }

    /// Makes a store with all tables and no rows.
    func make() throws {
        let unfinished = path + ".new"
        for leftover in [unfinished, unfinished + "-journal"] { unlink(leftover) }
        do {
            // Made with this mode before SQLite opens it, which gives the same to the files that it puts beside it.
            let file = try OwnedDescriptor(opening: unfinished, O_RDWR | O_CREAT | O_EXCL)
            guard fchmod(file.number, 0o600) == 0 else { throw FileError("set the mode of", unfinished) }
        }
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        let database = try DatabaseQueue(path: unfinished, configuration: configuration)
        try Schema.migrator.migrate(database)
        try database.close()
        guard rename(unfinished, path) == 0 else { throw FileError("make", path) }
        try OwnedDescriptor.synchronizeFolder(of: path)
    }
}
