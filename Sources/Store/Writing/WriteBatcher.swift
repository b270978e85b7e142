import GRDB
import Loop
import Protection

/// How much was written, and with how many commits (each is one fsync).
package struct WriteStatistics: Sendable, Equatable {
    package var writes = 0
    package var commits = 0
}

/// Group commit: writes that arrive while a commit is in progress are written in the next transaction, all together.
///
/// Invariants
/// 1. A caller is answered after the commit that holds its write, or after nothing of it was written.
/// 2. At most one drain is queued or running; it ends only when nothing is pending.
/// 3. A write that fails takes no other with it: each has its savepoint, and where SQLite gives up the whole transaction
///    for lack of space, each is tried again by itself.
/// 4. Writes are performed in the order in which they arrived.
///
///     idle     -> draining   write() finds no drain
///     draining -> idle       the drain finds nothing pending
final class WriteBatcher: Sendable {
    private struct State {
        var pending: [QueuedWrite] = []
        var isDraining = false
        var statistics = WriteStatistics()
    }

    /// So that no commit grows without limit.
    private static let batchLimit = 1024

    private let pool: DatabasePool
    private let state = Locked(State())

    init(pool: DatabasePool) { self.pool = pool }

    var statistics: WriteStatistics { state.withLock { $0.statistics } }
    var pendingCount: Int { state.withLock { $0.pending.count } }

    func write<T: Sendable>(_ body: @Sendable @escaping (Database) throws -> T) async throws(StoreError) -> T {
        let result = await withCheckedContinuation { continuation in
            add(QueuedWrite(body, then: continuation))
        }
        return try result.get()
    }

    private func add(_ write: QueuedWrite) {
        let isFirst = state.withLock { state in
            state.pending.append(write)
            defer { state.isDraining = true }
            return !state.isDraining
        }
        if isFirst { pool.asyncWriteWithoutTransaction(drain) }
    }

    @Sendable private func drain(_ database: Database) {
        while let batch = nextBatch() { commit(batch, in: database) }
    }

    private func nextBatch() -> [QueuedWrite]? {
        state.withLock { state in
            guard !state.pending.isEmpty else {
                state.isDraining = false
                return nil
            }
            let batch = Array(state.pending.prefix(Self.batchLimit))
            state.pending.removeFirst(batch.count)
            return batch
        }
    }

    private func commit(_ batch: [QueuedWrite], in database: Database) {
        var answers: [@Sendable () -> Void] = []
        answers.reserveCapacity(batch.count)
        do {
            try database.beginTransaction(.immediate)
            for write in batch {
                answers.append(try batch.count == 1 ? write.perform(database) : perform(write, in: database))
            }
            try database.commit()
        } catch {
            if database.isInsideTransaction { try? database.rollback() }
            let error = StoreError(translating: error)
            // A full disk may still hold the small ones.
            if error.code == .full, batch.count > 1 {
                for write in batch { commit([write], in: database) }
            } else {
                for write in batch { write.fail(error) }
            }
            return
        }
        state.withLock {
            $0.statistics.writes += batch.count
            $0.statistics.commits += 1
        }
        for answer in answers { answer() }
    }

    /// Performs one write of several. Throws only where the whole transaction is lost.
    private func perform(_ write: QueuedWrite, in database: Database) throws -> @Sendable () -> Void {
        try database.run("SAVEPOINT one_write")
        do {
            let answer = try write.perform(database)
            try database.run("RELEASE one_write")
            return answer
        } catch {
            // For some errors (a full disk is one) SQLite itself rolls back everything.
            guard database.isInsideTransaction else { throw error }
            try database.run("ROLLBACK TO one_write")
            try database.run("RELEASE one_write")
            let error = StoreError(translating: error)
            return { write.fail(error) }
        }
    }
}
