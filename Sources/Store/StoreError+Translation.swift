import GRDB
import Protection

extension StoreError {
    /// Says in the store's own few words what SQLite reported. SQL and its arguments never get into the message.
    init(translating error: any Error) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            // GRDB reports everything as a DatabaseError; what does not come from it was not foreseen.
            self.init(.unavailable, "the store failed: \(type(of: error))")
            return
        }
        let said = "\(error.message ?? "no message") (SQLite \(error.extendedResultCode.rawValue))"
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(.full, "the disk of the store is full")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(.corrupted, "the store's file is damaged: \(said)")
        case .SQLITE_READONLY:
            self.init(.unavailable, "the store cannot be written: \(said)")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.unavailable, "another process holds the store: \(said)")
        case .SQLITE_CONSTRAINT:
            // Without SQLite's words: what is said of a conflict reaches the caller.
            self.init(.conflict, "such a row exists already, or one that it needs does not")
        case .SQLITE_IOERR:
            self.init(.unavailable, "the disk of the store failed: \(said)")
        default:
            self.init(.unavailable, "the store failed: \(said)")
        }
    }
}
