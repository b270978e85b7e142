/// Thrown by `withDeadline` when the time was over before the work was done.
package struct DeadlineExceeded: Error {
    package init() {}
}

/// Runs `body`, cancels it when `deadline` passes, and then throws `DeadlineExceeded`.
///
/// It returns when `body` has ended, as structured work does: a body that ignores cancellation holds its caller.
package func withDeadline<T: Sendable>(
    _ deadline: ContinuousClock.Instant, time: any TimeSource, _ body: @Sendable @escaping () async throws -> T
) async throws -> T {
    try await withThrowingTaskGroup(of: T?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await time.sleep(until: deadline)
            return nil
        }
        defer { group.cancelAll() }
        // Two children were added, so there is a first one; nil is the timer's.
        guard let first = try await group.next(), let result = first else { throw DeadlineExceeded() }
        return result
    }
}
