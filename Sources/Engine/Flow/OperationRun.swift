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
/// is left. It ends when the operation has concluded, or is suspended: then the next start takes it up again.
struct OperationRun: Sendable {
    /// How long the last words of an operation are tried for until it is said aloud that they cannot be written.
    private static let lastWords = Duration.seconds(3600)

    let operation: Operation
    let environment: EngineEnvironment
    let suspension: Suspension
    let log: Logger

    private var frame: OperationFrame { OperationFrame(kind: operation.kind) }
    private var store: any OperationStore { environment.store }

    func run() async {
        let results = ResultLedger(operation: operation, store: store, report: await savedReport())
        var errors: [String] = []
        do {
            errors = try await work(results)
        } catch {
            errors = [FailureReason.text(of: error)]
        }
        var isOver = false
        while !suspension.isSuspended, !isOver { isOver = await conclude(results, errors: errors) }
    }

    // MARK: The work

    /// Returns why it failed; nothing when all was done.
    private func work(_ results: ResultLedger) async throws -> [String] {
        let limits = environment.settings.limits(of: operation)
        // What is needed to do the work is needed to clean up too, also where an earlier run left no time for work.
        let preparation = scope(until: limits.cleanUpEnd, reason: limits.reason)
        let (resources, graph) = try await preparation.run(on: environment.loop) {
            try await prepare(results, in: preparation)
        }.get()
        let cleanUp = OperationScope(time: environment.time, end: preparation.end, reason: .cleanUpEnded)
        var errors = try resources.rememberedFailure() ?? []
        if errors.isEmpty {
            let scope = scope(until: limits.workEnd, reason: limits.reason)
            errors = try await scope.run(on: environment.loop) { await resources.perform(graph, in: scope) }.get()
            suspension.cover(cleanUp)
            if suspension.isSuspended { return [] }
            if !errors.isEmpty { await remember(errors, of: resources, in: cleanUp) }
        } else {
            suspension.cover(cleanUp)
        }
        let leftovers = await resources.cleanUp(graph, in: cleanUp)
        return errors + leftovers.filter { !errors.contains($0) }
    }

    /// If it cannot be written, a restart in the middle of the clean-up tries the work again: a loss of time only.
    private func remember(_ errors: [String], of resources: ResourceWork, in scope: OperationScope) async {
        do {
            try await Patience(scope: scope, log: log)("remember the failure") {
                try await resources.remember(failure: errors)
            }
        } catch {
            log.warning("the failure could not be remembered", metadata: ["reason": "\(error)"])
        }
    }

    private func prepare(
        _ results: ResultLedger, in scope: OperationScope
    ) async throws -> (ResourceWork, ResourceGraph) {
        let patience = Patience(scope: scope, log: log)
        let checkpoint = try checkpointFrame()
        try await patience("begin the operation") {
            try await store.begin(operation.id, status: frame.running, at: environment.time.date())
            if let status = frame.checkpointStatus { try await checkpoint.set(status.running) }
        }
        let resources = try await resourceWork(results, checkpoint, patience)
        return (resources, try await resources.graph(patience))
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

    /// False where bank or store have not answered for as long as the last words are tried for.
    private func conclude(_ results: ResultLedger, errors: [String]) async -> Bool {
        var errors = errors
        let end = environment.time.now() + Self.lastWords
        let scope = OperationScope(time: environment.time, end: end, reason: .cleanUpEnded)
        suspension.cover(scope)
        let patience = Patience(scope: scope, log: log)
        do {
            if let status = frame.checkpointStatus, let checkpoint = try? checkpointFrame() {
                let last = errors.isEmpty ? status.success : status.failure
                try await patience("write the checkpoint's last state") { try await checkpoint.set(last) }
            }
        } catch is Interruption {
            log.error("the checkpoint's state cannot be written, the bank does not answer; it will be tried again")
            return false
        } catch {
            // The bank does not take it, and says why for good: the log at least tells what became of the operation.
            log.error("the checkpoint's state could not be written", metadata: ["reason": "\(error)"])
            if errors.isEmpty { errors = [FailureReason.text(of: error)] }
        }
        let succeeded = errors.isEmpty
        let conclusion = Conclusion(
            operationID: operation.id, endedAt: environment.time.date(), status: frame.ended(succeeded),
            errorInfo: succeeded ? nil : errors.joined(separator: "; "), extraInfo: results.extraInfo,
            report: results.report)
        do {
            try await patience("conclude the operation") { try await store.conclude(conclusion) }
        } catch is Interruption {
            log.error("the operation's end cannot be written, the store does not answer; it will be tried again")
            return false
        } catch {
            log.error("the operation's end could not be written", metadata: ["reason": "\(error)"])
            return true
        }
        if succeeded {
            log.info("operation done", metadata: ["status": "\(conclusion.status)"])
        } else {
            log.error(
                "operation failed",
                metadata: ["status": "\(conclusion.status)", "reason": "\(conclusion.errorInfo ?? "")"])
        }
        return true
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
