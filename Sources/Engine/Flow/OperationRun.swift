import FoundationEssentials
import Keystone
import Logging
import Loop
import OpenStack
import PluginKit
import Protection

/// One operation from its claim to its end: initiate → resources → complete, or the way back.
///
/// Everything in it bears repetition: when the daemon was stopped in the middle, a new run of the same operation does what
/// is left. It ends `concluded`, or `suspended` when it is to be taken up again at the next start.
struct OperationRun: Sendable {
    enum Ending: Sendable { case concluded, suspended }

    /// How long the last words of an operation may take, once its work has ended, before the next start tries again.
    private static let lastWords = Duration.seconds(3600)

    let operation: Operation
    let environment: EngineEnvironment
    let suspension: Suspension
    let log: Logger

    private var frame: OperationFrame { OperationFrame(kind: operation.kind) }
    private var store: any OperationStore { environment.store }

    func run() async -> Ending {
        let results = ResultLedger(operation: operation, store: store, report: await savedReport())
        var errors: [String] = []
        do {
            errors = try await work(results)
        } catch {
            errors = [FailureReason.text(of: error)]
        }
        if suspension.isSuspended { return .suspended }
        return await conclude(results, errors: errors)
    }

    // MARK: The work

    /// Returns why it failed; nothing when all was done.
    private func work(_ results: ResultLedger) async throws -> [String] {
        let limits = environment.settings.limits(of: operation)
        let scope = scope(until: limits.workEnd, reason: limits.reason)
        return try await scope.run(on: environment.loop) { try await work(results, in: scope) }.get()
    }

    private func work(_ results: ResultLedger, in scope: OperationScope) async throws -> [String] {
        let patience = Patience(scope: scope, log: log)
        let checkpoint = try checkpointFrame()
        try await patience("begin the operation") {
            try await store.begin(operation.id, status: frame.running, at: environment.time.date())
            if let status = frame.checkpointStatus { try await checkpoint.set(status.running) }
        }
        let resources = try await resourceWork(results, checkpoint, patience)
        let graph = try await resources.graph(patience)
        var errors = try resources.rememberedFailure() ?? []
        if errors.isEmpty {
            errors = await resources.perform(graph, in: scope)
            if suspension.isSuspended { return [] }
            if let interruption = scope.interruption { errors.insert(interruption.description, at: 0) }
            if !errors.isEmpty { try await resources.remember(failure: errors) }
        }
        let cleanUp = self.scope(until: environment.settings.limits(of: operation).cleanUpEnd, reason: .cleanUpEnded)
        let leftovers = await resources.cleanUp(graph, in: cleanUp)
        return errors + leftovers.filter { !errors.contains($0) }
    }

    private func resourceWork(
        _ results: ResultLedger, _ checkpoint: CheckpointFrame, _ patience: Patience
    ) async throws -> ResourceWork {
        let context = try await patience("read the operation's context") {
            try RequestContext(encodedWithSecrets: try await store.context(of: operation.id))
        }
        let steps = try await patience("read the operation's steps") {
            try await environment.journal.steps(of: operation.id)
        }
        return ResourceWork(
            operation: operation, provider: try provider(), checkpoint: checkpoint,
            clients: environment.clients(context, operation.id), environment: environment, ledger: StepLedger(steps),
            results: results, log: log)
    }

    // MARK: The end

    private func conclude(_ results: ResultLedger, errors: [String]) async -> Ending {
        let succeeded = errors.isEmpty
        let end = environment.time.now() + Self.lastWords
        let scope = OperationScope(time: environment.time, end: end, reason: .suspended)
        suspension.cover(scope)
        let patience = Patience(scope: scope, log: log)
        do {
            if let status = frame.checkpointStatus, let checkpoint = try? checkpointFrame() {
                try await patience("write the checkpoint's last state") {
                    try await checkpoint.set(succeeded ? status.success : status.failure)
                }
            }
        } catch {
            if suspension.isSuspended || succeeded { return .suspended }
            // The bank does not take it, and says why for good: the log at least tells what became of the operation.
            log.error("the checkpoint's state could not be written", metadata: ["reason": "\(error)"])
        }
        let conclusion = Conclusion(
            operationID: operation.id, endedAt: environment.time.date(), status: frame.ended(succeeded),
            errorInfo: succeeded ? nil : errors.joined(separator: "; "), extraInfo: results.extraInfo,
            report: results.report)
        do {
            try await patience("conclude the operation") { try await store.conclude(conclusion) }
        } catch {
            log.error("the operation's end could not be written", metadata: ["reason": "\(error)"])
            return .suspended
        }
        if succeeded {
            log.info("operation done", metadata: ["status": "\(conclusion.status)"])
        } else {
            log.error(
                "operation failed",
                metadata: ["status": "\(conclusion.status)", "reason": "\(conclusion.errorInfo ?? "")"])
        }
        return .concluded
    }

    // MARK: Parts

    private func provider() throws -> Provider {
        guard let provider = environment.providers[operation.providerID] else {
            throw ResourceFailure("provider \(operation.providerID) is not loaded")
        }
        return provider
    }

    private func checkpointFrame() throws -> CheckpointFrame {
        CheckpointFrame(operation: operation, checkpoints: try provider().checkpoints, store: store)
    }

    private func scope(until date: Date, reason: Interruption) -> OperationScope {
        let left = Duration.seconds(max(0, date.timeIntervalSince(environment.time.date())))
        let scope = OperationScope(time: environment.time, end: environment.time.now() + left, reason: reason)
        suspension.cover(scope)
        return scope
    }

    /// What an earlier run reported; without it the report begins anew.
    private func savedReport() async -> ResourceReport {
        if let id = operation.restoreID, let row = try? await environment.records.restore(id) { return row.resources }
        if let id = operation.verificationID, let row = try? await environment.records.verification(id) {
            return row.resources
        }
        return ResourceReport()
    }
}
