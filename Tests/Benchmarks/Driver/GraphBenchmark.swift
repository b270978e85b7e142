import Loop
import TaskGraph

/// No-op tasks in one graph, without edges, through the runner.
struct GraphBenchmark: Sendable {
    let tasks: Int

    func run() async throws {
        var builder = TaskGraphBuilder<Int>()
        builder.reserveCapacity(nodes: tasks, edges: 0)
        for task in 0..<tasks { try builder.addNode(task) }
        let graph = try builder.build()
        let loop = Loop(label: "benchmark")
        var best = Double.infinity
        for _ in 0..<5 {
            let before = processorTime()
            let done = await loop.run { await TaskGraphRunner(width: 64).run(graph) { _ in }.isSuccess }
            guard done else { throw CancellationError() }
            best = min(best, processorTime() - before)
        }
        print("tasks \(tasks) cpu_us \(best / Double(tasks))")
    }
}
