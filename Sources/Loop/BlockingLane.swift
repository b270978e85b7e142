package import Dispatch

/// One serial queue on which a call may block: SQLite, files, fsync.
///
/// Calls run one after another in the order they were made. A call that has been made runs, also when its caller's task
/// is cancelled meanwhile: a write is never half ordered. Lanes are few and fixed, since each blocked one holds a thread.
package final class BlockingLane: Sendable {
    package let queue: DispatchQueue

    package init(label: String) {
        queue = DispatchQueue(label: label)
    }

    package func run<T: Sendable>(_ body: @Sendable @escaping () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }
}
