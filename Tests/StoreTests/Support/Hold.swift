import Dispatch
import GRDB
import TestSupport
import Testing

@testable import Store

/// Holds a store's writer, as a slow disk does in the middle of a commit, so that writes gather behind it.
final class Hold: Sendable {
    private let store: SQLiteStore
    private let semaphore = DispatchSemaphore(value: 0)

    init(_ store: SQLiteStore) {
        self.store = store
        store.pool.asyncWriteWithoutTransaction { [semaphore] _ in semaphore.wait() }
    }

    func release() { semaphore.signal() }

    /// Returns once that many writes wait.
    func waitForCalls(_ count: Int) async {
        do {
            try await eventually { store.pendingWrites >= count }
        } catch {
            // Not thrown: those that wait are to be released all the same.
            Issue.record("\(count) writes do not come to wait, only \(store.pendingWrites)")
        }
    }
}
