import GRDB
import Protection

/// One caller's write on its way into a transaction that it may share with others.
struct QueuedWrite: Sendable {
    /// Runs the write. What it returns tells the caller that it is done, and is called once that is on disk.
    let perform: @Sendable (Database) throws -> @Sendable () -> Void
    /// Tells the caller that nothing of it was written.
    let fail: @Sendable (StoreError) -> Void

    /// Exactly one of `perform`'s result and `fail` is called, once.
    init<T: Sendable>(
        _ body: @Sendable @escaping (Database) throws -> T,
        then continuation: CheckedContinuation<Result<T, StoreError>, Never>
    ) {
        perform = { database in
            let value = try body(database)
            return { continuation.resume(returning: .success(value)) }
        }
        fail = { continuation.resume(returning: .failure($0)) }
    }
}
