import Synchronization

/// One run of a graph: the state that its workers share.
///
/// A worker is a child task that runs one node after another. It ends when it finds nothing to run, or when it freed more
/// than one node could use: then the task that holds the group, which alone can start workers, starts as many as there is
/// work for. So a chain and a wide graph take a few child tasks in all, and nothing ever waits for a wake-up.
final class TaskGraphRun<ID: Hashable & Sendable>: Sendable {
    private struct State {
        var machine: TaskGraphStateMachine
        var errors: [Int: any Error] = [:]
    }

    /// A worker whose bodies never suspend gives way after this many, so that others on its executor get their turn.
    private static var nodesPerTurn: Int { 64 }

    private let graph: TaskGraph<ID>
    private let body: @Sendable (ID) async throws -> Void
    private let state: Mutex<State>

    init(
        graph: TaskGraph<ID>, width: Int, policy: FailurePolicy,
        body: @escaping @Sendable (ID) async throws -> Void
    ) {
        self.graph = graph
        self.body = body
        state = Mutex(State(machine: TaskGraphStateMachine(topology: graph.topology, width: width, policy: policy)))
    }

    /// The next node to start, for the task that holds the group.
    func takeNext() -> Int? {
        state.withLock { state in
            if Task.isCancelled { state.machine.cancel() }
            return state.machine.takeNext()
        }
    }

    /// Runs `first`, which was taken for this worker, and then whatever it can take by itself.
    func work(from first: Int) async {
        var next: Int? = first
        var turn = 0
        while let node = next {
            next = finish(node, await bodyError(of: node))
            turn += 1
            if turn % Self.nodesPerTurn == 0 { await Task.yield() }
        }
    }

    /// To be asked for when all workers have ended.
    var result: TaskGraphResult<ID> {
        state.withLock { TaskGraphResult(graph: graph, machine: $0.machine, errors: $0.errors) }
    }

    private func bodyError(of node: Int) async -> (any Error)? {
        do {
            try await body(graph.nodes[node])
            return nil
        } catch {
            return error
        }
    }

    private func finish(_ node: Int, _ error: (any Error)?) -> Int? {
        state.withLock { state in
            let isCancelled = Task.isCancelled
            switch error {
            case nil:
                state.machine.finished(node, .succeeded)
            case is CancellationError where isCancelled:
                state.machine.finished(node, .cancelled)
            case let error?:
                state.errors[node] = error
                state.machine.finished(node, .failed)
            }
            if isCancelled { state.machine.cancel() }
            // More than one: the group's holder starts them all, this one's share included.
            return state.machine.startable > 1 ? nil : state.machine.takeNext()
        }
    }
}
