import GRDB
import Loop
import Protection
import Synchronization

/// The daemon's memory: queue, step journal, records, quotas and heartbeats, in one SQLite file.
///
/// Contract: whatever returns from a write has reached the disk (WAL, `synchronous=FULL`), and the next read sees it.
/// A call that has been made is carried out also when its caller's task is cancelled meanwhile. No call blocks its
/// caller's executor: writes run on the writer's queue, where those that arrive during a commit share the next one
/// (`WriteBatcher`), reads on the queues of a few reader connections, each seeing one commit's state. Errors are thrown,
/// never logged.
///
/// One process at a time: `StoreLock`. The file is readable by its owner alone.
package final class SQLiteStore: Sendable {
    let pool: DatabasePool
    let sealingKey: SealingKey
    let owner: String
    private let writes: WriteBatcher
    private let gate = CallGate(limit: 16_384)
    private let lastWriteFailed = Atomic(false)
    private let lock: StoreLock
    private let lane: BlockingLane

    init(pool: DatabasePool, owner: String, sealingKey: SealingKey, lock: StoreLock, lane: BlockingLane) {
        self.pool = pool
        self.owner = owner
        self.sealingKey = sealingKey
        self.lock = lock
        self.lane = lane
        writes = WriteBatcher(pool: pool)
    }

    /// How many writes have been committed, and in how many transactions.
    package var statistics: WriteStatistics { writes.statistics }

    /// Whether the last write that was tried reached the disk. The heartbeat tries one all the time.
    package var isWritable: Bool { !lastWriteFailed.load(ordering: .relaxed) }

    /// How many writes wait for the next transaction.
    package var pendingWrites: Int { writes.pendingCount }

    /// Carries out what was called, brings the WAL back into the file and closes it. Later calls are `.unavailable`.
    /// May be called twice.
    package func close() async {
        await gate.close()
        _ = try? await lane.run { [pool, lock] in
            // GRDB's checkpoint stops the process where the connection is closed already.
            guard lock.isHeld else { return }
            defer { lock.release() }
            // Best effort: a WAL that stays behind is taken up at the next opening.
            try? pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            try pool.close()
        }
    }

    /// Runs `body` in a transaction, one that others may share. It may run twice: it must depend on the database alone.
    @discardableResult
    func write<T: Sendable>(_ body: @Sendable @escaping (Database) throws -> T) async throws(StoreError) -> T {
        try gate.enter()
        defer { gate.leave() }
        do {
            let result = try await writes.write(body)
            lastWriteFailed.store(false, ordering: .relaxed)
            return result
        } catch {
            switch error.code {
            case .full, .unavailable, .corrupted: lastWriteFailed.store(true, ordering: .relaxed)
            case .notFound, .conflict, .quotaExceeded, .invalidQuery, .sealBroken: break
            }
            throw error
        }
    }

    func read<T: Sendable>(_ body: @Sendable @escaping (Database) throws -> T) async throws(StoreError) -> T {
        try gate.enter()
        defer { gate.leave() }
        // Not GRDB's `async` read, which a cancelled task interrupts.
        let result: Result<T, StoreError> = await withCheckedContinuation { continuation in
            pool.asyncRead { database in
                continuation.resume(
                    returning: Result { try body(database.get()) }.mapError { StoreError(translating: $0) })
            }
        }
        return try result.get()
    }
}
