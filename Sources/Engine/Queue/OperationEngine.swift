import DequeModule
import FoundationEssentials
import Logging
import Loop
package import Protection

/// Takes operations from the durable queue and runs them, a limited number at once.
///
/// Invariants:
/// 1. An operation is in `waiting` or in `running`, never in both, and in neither once it has concluded.
/// 2. At most `maxConcurrentOperations` are in `running`, if that is not 0.
/// 3. Once suspended nothing new is begun; what waits and what was suspended is in the store, for the next start.
/// 4. An operation whose provider is not loaded is in neither: it stays in the store as it is, for a start with the provider.
package actor OperationEngine {
    private let environment: EngineEnvironment
    nonisolated let trustRemover: TrustRemover
    private var waiting: Deque<Operation> = [] { didSet { environment.metrics.waiting.set(waiting.count) } }
    private var running: [String: Suspension] = [:] { didSet { environment.metrics.running.set(running.count) } }
    private var isSuspended = false
    private var idle: [CheckedContinuation<Void, Never>] = []

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        environment.loop.executor.asUnownedSerialExecutor()
    }

    package init(_ environment: EngineEnvironment) {
        self.environment = environment
        trustRemover = TrustRemover(environment)
    }

    /// How many operations run, and how many wait for their turn.
    package var inFlight: (running: Int, waiting: Int) { (running.count, waiting.count) }
    /// How many wait for a start with their provider.
    package private(set) var stranded = 0

    /// Takes up all that had not ended when the daemon was last stopped. To be called once, before anything is submitted.
    package func start() async throws(StoreError) {
        let unfinished = try await environment.store.unfinished()
        let damaged = DamagedOperations(operations: unfinished.damaged, environment: environment)
        // Then also their trusts are superfluous, if they had any.
        environment.loop.spawn { [trustRemover] in
            await damaged.end()
            await trustRemover.look()
        }
        if !unfinished.operations.isEmpty {
            environment.log.notice(
                "operations are taken up again", metadata: ["count": "\(unfinished.operations.count)"])
        }
        for operation in unfinished.operations {
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
        waiting.append(operation)
        runNext()
    }

    /// Lets everybody who waits leave, and begins nothing new.
    package func stopWaiting() async {
        isSuspended = true
        waiting.removeAll()
        for suspension in running.values { suspension.suspend() }
        await trustRemover.stop()
    }

    /// The same, and returns when what had begun outside the process has ended.
    package func suspend() async {
        await stopWaiting()
        guard !running.isEmpty else { return }
        await withCheckedContinuation { idle.append($0) }
    }

    private func runNext() {
        let limit = environment.settings.maxConcurrentOperations
        while !isSuspended, limit <= 0 || running.count < limit, let operation = waiting.popFirst() {
            let suspension = Suspension()
            running[operation.id] = suspension
            let run = OperationRun(
                operation: operation, environment: environment, suspension: suspension, log: log(of: operation))
            environment.loop.spawn {
                await run.run()
                await self.ended(operation)
            }
        }
    }

    private func ended(_ operation: Operation) async {
        running[operation.id] = nil
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
