import Loop

/// One run of a graph: the state that its workers share.
///
/// A worker is a child task that runs one node after another and ends when it finds none. Only the task that holds the
/// group can start workers; it sleeps meanwhile, and a worker that set free more than it can use itself wakes it. So a
/// chain and a wide graph cost a few child tasks in all, where one for each node would cost several times as much.
///
/// Invariants:
/// 1. While something could start (`machine.startable > 0`), the starter is awake.
/// 2. The starter's continuation is resumed once: by whoever takes it out of the state.
/// 3. Nothing awaits and nobody is resumed while the state is locked.
final class TaskGraphRun<ID: Hashable & Sendable>: Sendable {
    private struct State {
        var machine: TaskGraphStateMachine
        var errors: [Int: any Error] = [:]
        var starter: CheckedContinuation<Bool, Never>?
    }

    /// A worker whose bodies never suspend gives way after this many, so that others on its executor get their turn.
    private static var nodesPerTurn: Int { 64 }

    private let graph: TaskGraph<ID>
    private let body: nonisolated(nonsending) @Sendable (ID) async throws -> Void
    private let state: Locked<State>

    init(
        graph: TaskGraph<ID>, width: Int,
        body: nonisolated(nonsending) @escaping @Sendable (ID) async throws -> Void
    ) {
        self.graph = graph
        self.body = body
        state = Locked(State(machine: TaskGraphStateMachine(topology: graph.topology, width: width)))
    }

    /// The next node to start, for the starter.
    func takeNext() -> Int? {
        state.withLock { state in
            if Task.isCancelled { state.machine.cancel() }
            return state.machine.takeNext()
        }
    }

    /// For the starter: waits until there is something that no worker starts by itself; false when all has ended.
    nonisolated(nonsending) func hasMoreToStart() async -> Bool {
        await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if state.machine.startable > 0 { return true }
                if state.machine.isComplete { return false }
                state.starter = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Runs `first`, which was taken for this worker, and then whatever it can take by itself.
    nonisolated(nonsending) func work(from first: Int) async {
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

    nonisolated(nonsending) private func bodyError(of node: Int) async -> (any Error)? {
        do {
            try await body(graph.nodes[node])
            return nil
        } catch {
            return error
        }
    }

    /// Reports how a body ended, and takes the next node for the same worker.
    private func finish(_ node: Int, _ error: (any Error)?) -> Int? {
        let (next, starter, hasMore) = state.withLock { state in
            Self.settle(node, error, in: &state)
            let next = state.machine.takeNext()
            let hasMore = state.machine.startable > 0
            guard hasMore || state.machine.isComplete else {
                return (next, nil as CheckedContinuation<Bool, Never>?, false)
            }
            return (next, state.starter.take(), hasMore)
        }
        starter?.resume(returning: hasMore)
        return next
    }

    private static func settle(_ node: Int, _ error: (any Error)?, in state: inout State) {
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
    }
}
