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
    let control: OperationControl
    let claims: ClaimRegistry
    let log: Logger

    private var frame: OperationFrame { OperationFrame(kind: operation.kind) }
    private var store: any OperationStore { environment.store }

    func run() async {
        let results = ResultLedger(operation: operation, store: store, time: environment.time)
        environment.progress.begin(operation, results)
        defer { environment.progress.end(operation) }
        var outcome = Outcome()
        do {
            outcome = try await work(results)
        } catch {
            outcome.errors = [FailureReason.text(of: error)]
            if !control.isSuspended { outcome.leftovers = await unlookedAfter() }
        }
        var isOver = false
        while !control.isSuspended, !isOver { isOver = await conclude(results, outcome) }
        if isOver { await claims.release(operation) }
    }

    /// Why it failed, nothing when all was done; and what was not needed and could not be removed.
    private struct Outcome {
        var errors: [String] = []
        var leftovers: [String] = []

        mutating func noteCancel() {
            let cancel = Interruption.cancelled.description
            if !errors.contains(cancel) { errors.insert(cancel, at: 0) }
        }

        /// The first of them in full: where thousands fail, the rest would tell no more, and nobody could read it.
        var errorInfo: String? {
            let known = Set(errors)
            let all = errors + leftovers.filter { !known.contains($0) }
            guard all.count > Self.told else { return all.isEmpty ? nil : all.joined(separator: "; ") }
            return all.prefix(Self.told).joined(separator: "; ") + "; and \(all.count - Self.told) more"
        }

        private static let told = 100
    }

    // MARK: The work

    private func work(_ results: ResultLedger) async throws -> Outcome {
        let limits = environment.settings.limits(of: operation)
        // What is needed to do the work is needed to clean up too, also where an earlier run left no time for work.
        let preparation = scope(until: limits.cleanUpEnd, reason: limits.reason)
        let (resources, loss) = try await preparation.run(on: environment.loop) {
            try await prepare(results, in: preparation)
        }.get()
        let graph = try await graph(resources, limits)
        let cleanUp = OperationScope(time: environment.time, end: preparation.end, reason: .cleanUpEnded)
        var outcome = Outcome(errors: try resources.rememberedFailure() ?? loss)
        if outcome.errors.isEmpty {
            let scope = scope(until: limits.workEnd, reason: limits.reason, heedsCancel: true)
            outcome.errors = try await scope.run(on: environment.loop) {
                await resources.perform(graph, in: scope)
            }.get()
            control.cover(cleanUp)
            if control.isSuspended { return Outcome() }
            if control.isCancelled { outcome.noteCancel() }
            if !outcome.errors.isEmpty { await remember(outcome.errors, of: resources, in: cleanUp) }
        } else {
            control.cover(cleanUp)
        }
        let hasFailed = !outcome.errors.isEmpty
        var keepsFinished: Bool
        repeat {
            // Success has been decided; a cancellation comes too late for it, but not for what has failed.
            keepsFinished = !(hasFailed && control.isCancelled)
            if !keepsFinished { outcome.noteCancel() }
            outcome.leftovers = await leftovers(
                of: resources, graph, limits.reason, keepsFinished: keepsFinished,
                in: hasFailed ? cleanUp : sweepScope(resources, until: limits.cleanUpEnd))
        } while hasFailed && keepsFinished && control.isCancelled && !control.isSuspended
        // To leave nothing is what a delete is for.
        if operation.kind == .delete { outcome.errors += outcome.leftovers }
        return outcome
    }

    private func leftovers(
        of resources: ResourceWork, _ graph: ResourceGraph, _ reason: Interruption, keepsFinished: Bool,
        in scope: OperationScope
    ) async -> [String] {
        var leftovers = await resources.clearAway(graph, keepsFinished: keepsFinished, in: scope)
        if case .windowCloses = reason, !control.isSuspended {
            let reserve = environment.time.date().addingTimeInterval(environment.settings.cleanupReserve)
            leftovers = await resources.clearAwayAsDaemon(
                leftovers, of: graph, keepsFinished: keepsFinished,
                in: self.scope(until: reserve, reason: .cleanUpEnded))
        }
        return leftovers.map(\.description)
    }

    /// The resources. Where nothing was done to any of them yet, a cancellation ends the search for them.
    private func graph(
        _ resources: ResourceWork, _ limits: (workEnd: Date, reason: Interruption, cleanUpEnd: Date)
    ) async throws -> ResourceGraph {
        let scope = scope(until: limits.cleanUpEnd, reason: limits.reason, heedsCancel: resources.ledger.isEmpty)
        let graph = try await scope.run(on: environment.loop) {
            try await resources.graph(Patience(scope: scope, log: log))
        }.get()
        resources.recall(graph)
        return graph
    }

    /// What is done waits no longer for a service that is away than a clean-up takes: then it ends well, with a rest named.
    private func sweepScope(_ resources: ResourceWork, until end: Date) -> OperationScope {
        let now = environment.time.date()
        let limit = max(now, resources.ledger.settlesAt ?? now).addingTimeInterval(environment.settings.cleanupReserve)
        return scope(until: operation.kind == .delete ? end : min(end, limit), reason: .cleanUpEnded)
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
    ) async throws -> (ResourceWork, loss: [String]) {
        let patience = Patience(scope: scope, log: log)
        let checkpoint = try checkpointFrame()
        var beginning = patience
        if operation.kind == .delete {
            // Nothing is lost yet: whoever wants to delete from a bank that can only be read is told so.
            beginning.ridesOut = { $0.mayPass && ($0 as? BankError)?.code != .readOnly }
        }
        let loss = try await loss(beginning)
        try await beginning("begin the operation") {
            let begun = try await store.begin(operation.id, status: frame.running, at: environment.time.date())
            if begun.cancelledAt != nil { control.cancel() }
            if loss.isEmpty, let status = frame.checkpointStatus { try await checkpoint.set(status.running) }
        }
        results.begin(with: try await patience("read what was reported") { try await savedReport() })
        return (try await resourceWork(results, checkpoint, patience), loss)
    }

    /// Why another daemon has the checkpoint now; nothing where this operation holds it. Then there is only to clean up.
    private func loss(_ patience: Patience) async throws -> [String] {
        do {
            try await patience("claim the checkpoint") {
                try await claims.hold(operation, hasBegun: operation.state == .running)
            }
            return []
        } catch {
            guard let error = error as? BankError, error.code == .taken else { throw error }
            return [FailureReason.text(of: error)]
        }
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
            operation: operation, provider: try provider(), checkpoint: checkpoint, clients: clients(context),
            environment: environment, ledger: StepLedger(steps), results: results, claims: claims,
            log: log)
    }

    // MARK: The end

    /// Names what an earlier run made, where nothing could be prepared to look after it: that needs no token.
    private func unlookedAfter() async -> [String] {
        let patience = lastPatience()
        let records: [StepRecord]
        do {
            records = try await patience("read the operation's steps") {
                try await environment.journal.steps(of: operation.id)
            }
        } catch {
            return []
        }
        return StepLedger(records).things.map { "\($0.resource): \($0.id) of \($0.step) was not looked after" }
    }

    /// False where bank or store have not answered for as long as the last words are tried for.
    private func conclude(_ results: ResultLedger, _ outcome: Outcome) async -> Bool {
        var outcome = outcome
        do {
            try await writeCheckpoint(succeeded: outcome.errors.isEmpty)
        } catch is Interruption {
            log.error("the checkpoint's state cannot be written, the bank does not answer; it will be tried again")
            return false
        } catch {
            // The bank does not take it, and says why for good: the log at least tells what became of the operation.
            log.error("the checkpoint's state could not be written", metadata: ["reason": "\(error)"])
            if outcome.errors.isEmpty { outcome.errors = [FailureReason.text(of: error)] }
        }
        let succeeded = outcome.errors.isEmpty
        results.endWork()
        let conclusion = Conclusion(
            operationID: operation.id, endedAt: environment.time.date(), status: frame.ended(succeeded),
            errorInfo: outcome.errorInfo, extraInfo: results.extraInfo, report: results.report)
        do {
            try await lastPatience()("conclude the operation") { try await store.conclude(conclusion) }
        } catch is Interruption {
            log.error("the operation's end cannot be written, the store does not answer; it will be tried again")
            return false
        } catch {
            log.error("the operation's end could not be written", metadata: ["reason": "\(error)"])
            return true
        }
        environment.metrics.ended(
            operation.kind, succeeded: succeeded,
            seconds: conclusion.endedAt.timeIntervalSince(operation.submittedAt))
        tell(conclusion, succeeded: succeeded)
        return true
    }

    /// Without the last state in the bank the checkpoint would keep the one before for ever, so a bank that can only be read is
    /// waited for. Not where it has never shown that the operation was under way.
    private func writeCheckpoint(succeeded: Bool) async throws {
        guard let status = frame.checkpointStatus else { return }
        let checkpoint = try checkpointFrame()
        try await lastPatience()("write the checkpoint's last state") {
            do {
                try await checkpoint.set(succeeded ? status.success : status.failure)
            } catch let error as BankError where error.code == .readOnly && !succeeded {
                guard try await checkpoint.current().status != status.running else { throw error }
            }
        }
    }

    private func tell(_ conclusion: Conclusion, succeeded: Bool) {
        let reason: Logger.MetadataValue = "\(conclusion.errorInfo ?? "")"
        if !succeeded {
            log.error("operation failed", metadata: ["status": "\(conclusion.status)", "reason": reason])
        } else if conclusion.errorInfo != nil {
            log.warning("operation done, with a rest", metadata: ["status": "\(conclusion.status)", "reason": reason])
        } else {
            log.info("operation done", metadata: ["status": "\(conclusion.status)"])
        }
    }

    private func lastPatience() -> Patience {
        let end = environment.time.now() + Self.lastWords
        let scope = OperationScope(time: environment.time, end: end, reason: .cleanUpEnded)
        control.cover(scope)
        return Patience(scope: scope, log: log)
    }

    // MARK: Parts

    /// They repeat nothing by themselves: the operation has patience.
    private func clients(_ context: RequestContext) -> ClientFactory {
        let delegation = operation.trustID.map {
            Delegation(trustID: $0, isFromNow: environment.settings.trusts == .on)
        }
        return ClientFactory(context: context, by: delegation, environment: environment.cloud, retries: .never)
    }

    private func provider() throws -> Provider {
        guard let provider = environment.providers[operation.providerID] else {
            throw ResourceFailure("provider \(operation.providerID) is not loaded")
        }
        return claims.guarding(provider, for: operation)
    }

    private func checkpointFrame() throws -> CheckpointFrame {
        CheckpointFrame(operation: operation, checkpoints: try provider().checkpoints, store: store)
    }

    private func scope(until date: Date, reason: Interruption, heedsCancel: Bool = false) -> OperationScope {
        let left = Duration.seconds(max(0, date.timeIntervalSince(environment.time.date())))
        let scope = OperationScope(time: environment.time, end: environment.time.now() + left, reason: reason)
        control.cover(scope, heedsCancel: heedsCancel)
        return scope
    }

    /// What an earlier run reported. Where the row is damaged or gone, the report begins anew.
    private func savedReport() async throws -> ResourceReport {
        do {
            if let id = operation.restoreID { return try await environment.records.restore(id).resources }
            if let id = operation.verificationID { return try await environment.records.verification(id).resources }
        } catch {
            if error.mayPass { throw error }
        }
        return ResourceReport()
    }
}
