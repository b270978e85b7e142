/// Runs the tasks of a graph, each when its predecessors have succeeded, a limited number at once.
package struct TaskGraphRunner: Sendable {
    /// How many bodies run at once; below 1 counts as 1.
    package var width: Int

    package init(width: Int) {
        self.width = width
    }

    /// Runs `body` for every node and returns when all have ended.
    ///
    /// All bodies run in child tasks of the caller: with its task-executor preference, and within reach of its
    /// cancellation. Then nothing new starts, what runs is awaited, and the rest is cancelled. Of a body that fails only
    /// what depends on it, directly or not, is skipped. One that throws `CancellationError` without having been cancelled
    /// has failed. Nothing is repeated: a body that wants another try makes it, since it has the clock and knows which
    /// errors pass. Nothing is undone: what a failure leaves behind is its caller's to remove.
    nonisolated(nonsending) package func run<ID>(
        _ graph: TaskGraph<ID>, body: nonisolated(nonsending) @escaping @Sendable (ID) async throws -> Void
    ) async -> TaskGraphResult<ID> {
        let run = TaskGraphRun(graph: graph, width: width, body: body)
        await withDiscardingTaskGroup { group in
            while await run.hasMoreToStart() {
                while let node = run.takeNext() {
                    group.addTask { await run.work(from: node) }
                }
            }
        }
        return run.result
    }
}
