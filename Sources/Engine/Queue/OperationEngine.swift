import FoundationEssentials
import Logging
import Loop
package import Protection

/// Takes operations from the durable queue and runs them when `OperationQueue` says so.
///
/// Invariants:
/// 1. What the queue has running is in `running`, and nothing else.
/// 2. Once suspended nothing new is begun; what waits and what was suspended is in the store, for the next start.
/// 3. An operation whose provider is not loaded is in neither: it stays in the store as it is, for a start with the provider.
package actor OperationEngine {
    private let environment: EngineEnvironment
    nonisolated let trustRemover: TrustRemover
    nonisolated let claims: ClaimRegistry
    private var queue: OperationQueue {
        didSet {
            environment.metrics.waiting.set(queue.waitingCount)
            environment.metrics.running.set(queue.runningCount)
        }
    }
    private var running: [String: OperationControl] = [:]
    private var isSuspended = false
    private var idle: [CheckedContinuation<Void, Never>] = []

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        environment.loop.executor.asUnownedSerialExecutor()
    }

    package init(_ environment: EngineEnvironment) {
        self.environment = environment
        let settings = environment.settings
        queue = OperationQueue(
            limit: settings.maxConcurrentOperations, projectLimit: settings.maxConcurrentOperationsPerProject)
        trustRemover = TrustRemover(environment)
        claims = ClaimRegistry(environment)
    }

    /// How many operations run, and how many wait for their turn.
    package var inFlight: (running: Int, waiting: Int) { (queue.runningCount, queue.waitingCount) }
    /// How many wait for a start with their provider.
    package private(set) var stranded = 0

    /// Takes up all that had not ended when the daemon was last stopped. To be called once, before anything is submitted.
    package func start() async throws(StoreError) {
        let unfinished = try await environment.store.unfinished()
        let damaged = DamagedOperations(
            operations: unfinished.damaged, environment: environment, claims: claims)
        let checkpoints = unfinished.operations.map(\.checkpointID) + unfinished.damaged.compactMap(\.checkpointID)
        await claims.start(unfinished: Set(checkpoints))
        // Then also their trusts are superfluous, if they had any.
        environment.loop.spawn { [trustRemover] in
            await damaged.end()
            await trustRemover.look()
        }
        if !unfinished.operations.isEmpty {
            environment.log.notice(
                "operations are taken up again", metadata: ["count": "\(unfinished.operations.count)"])
        }
        // What had begun goes on before anything else begins.
        let begun = unfinished.operations.filter { $0.state == .running }
        for operation in begun + unfinished.operations.filter({ $0.state != .running }) {
            if environment.providers[operation.providerID] != nil {
                submit(operation)
            } else {
                stranded += 1
                log(of: operation).error(
                    "an operation waits for its provider, which is not loaded; it goes on at a start with it",
                    metadata: ["provider_id": "\(operation.providerID)"])
            }
        }
    }

    /// `operation` is in the store. It runs as soon as it is its turn; once suspended, after the next start.
    package func submit(_ operation: Operation) {
        guard !isSuspended else { return }
        queue.add(operation)
        runNext()
    }

    /// Gives an operation its place before whatever comes later on its checkpoint, until it is submitted or withdrawn.
    func reserve(_ operation: Operation) {
        guard !isSuspended else { return }
        queue.reserve(operation)
    }

    /// Those of a checkpoint that are in hand, in the order in which they came.
    func operations(onCheckpoint id: String) -> [Operation] { queue.operations(onCheckpoint: id) }

    func withdraw(_ operation: Operation) {
        queue.withdraw(operation)
        runNext()
    }

    /// `operation` was cancelled in the store: it stops at once, or begins at once to clean up.
    ///
    /// One that is not in hand looks into the store when it begins.
    func cancel(_ operation: Operation) {
        queue.cancel(operation.id, onCheckpoint: operation.checkpointID, at: environment.time.date())
        running[operation.id]?.cancel()
        runNext()
    }

    /// Lets everybody who waits leave, and begins nothing new.
    package func stopWaiting() async {
        isSuspended = true
        queue.removeWaiting()
        for control in running.values { control.suspend() }
        await trustRemover.stop()
    }

    /// The same, and returns when what had begun outside the process has ended.
    package func suspend() async {
        await stopWaiting()
        if !running.isEmpty { await withCheckedContinuation { idle.append($0) } }
        await claims.stop()
    }

    private func runNext() {
        while !isSuspended, let operation = queue.takeNext() {
            let control = OperationControl(isCancelled: operation.cancelledAt != nil)
            running[operation.id] = control
            let run = OperationRun(
                operation: operation, environment: environment, control: control, claims: claims,
                log: log(of: operation))
            environment.loop.spawn {
                await run.run()
                await self.ended(operation)
            }
        }
    }

    private func ended(_ operation: Operation) async {
        running[operation.id] = nil
        queue.ended(operation.id)
        if running.isEmpty {
            for waiter in idle { waiter.resume() }
            idle = []
        }
        runNext()
        if operation.trustID != nil { await trustRemover.look() }
    }

    private func log(of operation: Operation) -> Logger {
        var log = environment.log
        log[metadataKey: "operation_id"] = "\(operation.id)"
        log[metadataKey: "operation_type"] = "\(operation.kind.rawValue)"
        log[metadataKey: "checkpoint_id"] = "\(operation.checkpointID)"
        log[metadataKey: "request_id"] = "\(operation.requestID)"
        log[metadataKey: "project_id"] = "\(operation.projectID)"
        return log
    }
}
