import FoundationEssentials
import GRDB
import Glibc
import Loop

extension SQLiteStore {
    /// Opens the store, or makes it where there is none. `newOwnerID` is kept by a new store for good.
    ///
    /// In this order: the lock; a look at the file, which is refused unaltered where it is not ours or a newer version's;
    /// the file, if there is none; the connections; the migrations; a look whether SQLite took the settings that the
    /// contract rests on.
    package static func open(
        _ location: StoreLocation, sealingKey: SealingKey, newOwnerID: String
    ) async throws(StoreOpenError) -> SQLiteStore {
        let lane = BlockingLane(label: "karbor.store.open")
        do {
            return try await lane.run {
                try opened(location, sealingKey: sealingKey, newOwnerID: newOwnerID, lane: lane)
            }
        } catch {
            throw StoreOpenError(translating: error, path: location.path)
        }
    }

    /// Looks whether a store can be opened or made there, and leaves everything as it is.
    package static func check(_ location: StoreLocation) throws(StoreOpenError) {
        let path = resolved(location.path)
        do {
            switch try StoreFile(path: path).kind() {
            case .ours: try refuseNewer(path)
            case .missing:
                let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
                guard access(folder, W_OK | X_OK) == 0 else { throw FileError("write to", folder) }
            case .foreign(let reason): throw StoreOpenError(.foreignFile, "\(path) \(reason)")
            }
        } catch {
            throw StoreOpenError(translating: error, path: location.path)
        }
    }

    private static func opened(
        _ location: StoreLocation, sealingKey: SealingKey, newOwnerID: String, lane: BlockingLane
    ) throws -> SQLiteStore {
        let path = resolved(location.path)
        let lock = try StoreLock(of: path)
        let file = StoreFile(path: path)
        switch try file.kind() {
        case .missing: try file.make()
        case .ours: try refuseNewer(path)
        case .foreign(let reason):
            throw StoreOpenError(.foreignFile, "\(path) \(reason); it has been left as it was")
        }

        let pool = try DatabasePool(path: path, configuration: configuration)
        try Schema.migrator.migrate(pool)
        let owner = try pool.writeWithoutTransaction { database in
            // Only now: GRDB lowers it to NORMAL when it sets up the WAL.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try checkSettings(database, path: path)
            return try ownerID(database, newOwnerID: newOwnerID)
        }
        return SQLiteStore(pool: pool, owner: owner, sealingKey: sealingKey, lock: lock, lane: lane)
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "karbor.store"
        configuration.maximumReaderCount = 3
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
            guard !database.configuration.readonly else { return }
            // What is deleted is overwritten with zeros: a wiped context is gone from the file.
            try database.execute(sql: "PRAGMA secure_delete = ON")
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = 16777216")
        }
        return configuration
    }

    /// A file behind a symbolic link, so that the lock and SQLite's own files lie beside the file itself.
    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// A read-only connection looks, since a newer schema may still be in the WAL and opening for writing alters the file.
    private static func refuseNewer(_ path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        let database = try DatabaseQueue(path: path, configuration: configuration)
        let isNewer = try database.read { try Schema.migrator.hasBeenSuperseded($0) }
        try database.close()
        guard !isNewer else {
            throw StoreOpenError(
                .newerSchema, "\(path) was written by a newer karbor-protection; it has been left as it was")
        }
    }

    private static func checkSettings(_ database: Database, path: String) throws {
        for (name, expected) in [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1")] {
            let value = try Row.fetchOne(database, sql: "PRAGMA \(name)").flatMap { $0.first?.1 } ?? .null
            guard let found = String.fromDatabaseValue(value) ?? Int.fromDatabaseValue(value).map(String.init),
                found == expected
            else { throw StoreOpenError(.unavailable, "\(path): SQLite has \(name) = \(value), not \(expected)") }
        }
    }

    private static func ownerID(_ database: Database, newOwnerID: String) throws -> String {
        if let owner = try String.fetchOne(database, sql: "SELECT owner_id FROM identity") { return owner }
        try database.execute(sql: "INSERT INTO identity (id, owner_id) VALUES (1, ?)", arguments: [newOwnerID])
        return newOwnerID
    }
}
