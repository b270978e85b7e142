extension TaskGraphResult {
    /// A node whose revert threw.
    package struct RevertFailure: Sendable {
        package let id: ID
        package let error: any Error
    }

    /// Undoes what ran, the last that ended first: also what failed or was cancelled half-way, not what never started.
    ///
    /// A revert that throws does not stop the others; what was thrown comes back. It goes on when the caller is
    /// cancelled: a body that must not then take long has to look itself.
    nonisolated(nonsending) package func revert(
        _ body: (ID, TaskOutcome<ID>) async throws -> Void
    ) async -> [RevertFailure] {
        var failures: [RevertFailure] = []
        for id in finishOrder.reversed() {
            guard let outcome = self[id] else { continue }
            do {
                try await body(id, outcome)
            } catch {
                failures.append(RevertFailure(id: id, error: error))
            }
        }
        return failures
    }
}
