import Loop
import TaskGraph

/// No-op tasks in one graph, through the runner: all independent, and one after another. And the state machine alone.
struct GraphBenchmark: Sendable {
    let tasks: Int

    private static let rounds = 5
    private static let width = 64

    func run() async throws {
        let independent = try graph(isChain: false)
        let chain = try graph(isChain: true)
        let loop = Loop(label: "benchmark")
        var wide: [Double] = []
        var long: [Double] = []
        var machine: [Double] = []
        for _ in 0..<Self.rounds {
            wide.append(try await cost { try await self.perform(independent, on: loop) })
            long.append(try await cost { try await self.perform(chain, on: loop) })
            machine.append(await cost { self.drive(independent) })
        }
        print("tasks \(tasks) cpu_us \(wide.median) chain_us \(long.median) machine_us \(machine.median)")
    }

    private func graph(isChain: Bool) throws -> TaskGraph<Int> {
        var builder = TaskGraphBuilder<Int>()
        builder.reserveCapacity(nodes: tasks, edges: tasks)
        for task in 0..<tasks { try builder.addNode(task) }
        if isChain {
            for task in 1..<max(1, tasks) { try builder.addEdge(from: task - 1, to: task) }
        }
        return try builder.build()
    }

    /// In microseconds a task. Small graphs are run many times.
    private func cost(_ body: () async throws -> Void) async rethrows -> Double {
        let times = max(1, 100_000 / tasks)
        let before = processorTime()
        for _ in 0..<times { try await body() }
        return (processorTime() - before) / Double(tasks * times)
    }

    private func perform(_ graph: TaskGraph<Int>, on loop: Loop) async throws {
        let done = await loop.run { await TaskGraphRunner(width: Self.width).run(graph) { _ in }.isSuccess }
        guard done else { throw CancellationError() }
    }

    private func drive(_ graph: TaskGraph<Int>) {
        var machine = TaskGraphStateMachine(topology: graph.topology, width: Self.width)
        while let node = machine.takeNext() { machine.finished(node, .succeeded) }
    }
}

extension [Double] {
    fileprivate var median: Double { sorted()[count / 2] }
}
