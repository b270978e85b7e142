import FoundationEssentials
import Keystone
import Logging
import Loop
import OpenStack
import PluginKit
import Protection
import TaskGraph

/// What an operation does to its resources: finds them, runs the plugins' hooks in order, and cleans up after them.
struct ResourceWork: Sendable {
    let operation: Operation
    let provider: Provider
    let checkpoint: CheckpointFrame
    var clients: ClientFactory
    let environment: EngineEnvironment
    let ledger: StepLedger
    let results: ResultLedger
    let claims: ClaimRegistry
    let log: Logger

    /// A protect walks the user's resources once and keeps what it found in the checkpoint: a later run, and every other
    /// operation, works on that.
    func graph(_ patience: Patience) async throws -> ResourceGraph {
        let current = try await patience("read the checkpoint") { try await checkpoint.current() }
        if let packed = current.resourceGraph { return try await ResourceGraph.unpackedOnPool(packed) }
        // A protect that failed before it knew its resources has made nothing that would be to delete.
        if operation.kind == .delete { return try await ResourceGraph.build(from: []) { _ in [] } }
        guard operation.kind == .protect else {
            throw ResourceFailure("checkpoint \(operation.checkpointID) has no resource graph")
        }
        let plan = try await patience("read the plan") { try await environment.store.plan(of: operation.id) }
        let walk = DependentsWalk(provider: provider, protectables: environment.protectables, clients: clients)
        let graph = try await ResourceGraph.build(from: plan.resources) { resource in
            try await patience("look for dependents") { try await walk.dependents(of: resource) }
        }
        let packed = await graph.packedOnPool()
        try await patience("keep the resource graph") { try await checkpoint.set(resourceGraph: packed) }
        return graph
    }

    /// Runs all hooks; returns why resources failed, nothing when all succeeded.
    func perform(_ graph: ResourceGraph, in scope: OperationScope) async -> [String] {
        let hooks: TaskGraph<HookID>
        do {
            hooks = try graph.hookGraph()
        } catch {
            return [FailureReason.text(of: error)]
        }
        results.beginWork()
        await results.show()
        let resources = Dictionary(uniqueKeysWithValues: graph.nodes.map { ($0.key, $0) })
        let runner = TaskGraphRunner(width: environment.settings.maxTasksPerOperation)
        let result = await runner.run(hooks) { hook in
            guard let resource = resources[hook.resource] else { return }
            try await perform(hook, of: resource, in: scope)
        }
        let failures = result.failures.compactMap { failure -> FailureReason? in
            switch failure.error {
            case let reason as FailureReason: reason
            case is Interruption: nil
            case let error: FailureReason(failure.id.resource, error)
            }
        }
        let reasons = failures.map(\.description)
        reportSkipped(result, of: graph, because: failures)
        guard !result.isSuccess, let interruption = scope.interruption else { return reasons }
        if interruption != .suspended { report(interruption, of: graph, but: Set(failures.compactMap(\.resource))) }
        return [interruption.description] + reasons
    }

    /// Takes up what hooks that ended in an earlier run reported, also where nothing is left but to clean up.
    func recall(_ graph: ResourceGraph) {
        results.expect(resources: graph.nodes.count)
        for node in graph.nodes {
            for hook in ResourceHook.allCases {
                guard let bytes = ledger.record(HookID(resource: node.key, hook: hook).path)?.result,
                    let mark = try? JSONDecoder().decode(HookMark.self, from: Data(bytes))
                else { continue }
                results.recall(mark, of: node.key, isFinished: hook == .complete)
            }
        }
    }

    /// Tells of all resources that were begun and did not end why they did not; after a cancellation of those that did, too,
    /// since it takes back what was made of them.
    private func report(_ interruption: Interruption, of graph: ResourceGraph, but failed: Set<ResourceKey>) {
        for node in graph.nodes
        where ledger.hasBegun(node.key) && (interruption == .cancelled || !ledger.isFinished(node.key)) {
            if !failed.contains(node.key) { report(FailureReason(node.key, interruption)) }
        }
    }

    /// Tells of all resources that were not completed which other one's failure was the reason.
    private func reportSkipped(
        _ result: TaskGraphResult<HookID>, of graph: ResourceGraph, because failures: [FailureReason]
    ) {
        guard !failures.isEmpty, reportsResources else { return }
        let named = failures.compactMap { failure in failure.resource.map { ($0, failure) } }
        let reasons = Dictionary(named, uniquingKeysWith: { first, _ in first })
        for node in graph.nodes where reasons[node.key] == nil {
            for hook in ResourceHook.allCases {
                guard case .skipped(let cause) = result[HookID(resource: node.key, hook: hook)],
                    let reason = reasons[cause.resource]
                else { continue }
                report(FailureReason(node.key, ResourceFailure("not completed, because of \(reason)")))
                break
            }
        }
    }

    private var reportsResources: Bool { operation.kind == .restore || operation.kind == .verify }

    private func report(_ reason: FailureReason) {
        guard reportsResources, let resource = reason.resource else { return }
        results.note(resource, status: "error", reason: reason.description)
    }

    private func perform(_ hook: HookID, of resource: Resource, in scope: OperationScope) async throws {
        guard let hooks = try hooks(of: resource) else { return noteDone(hook) }
        ledger.markBegun(resource.key)
        if !hasEnded(hook) {
            do {
                try scope.check()
                let context = try context(resource, scope, permit: { try await claims.hold(operation) })
                switch hook.hook {
                case .prepareBegin: try await hooks.prepareBegin(context)
                case .prepareFinish: try await hooks.prepareFinish(context)
                case .main: try await hooks.main(context)
                case .complete: try await hooks.complete(context)
                }
                if ledger.hasSteps(of: resource.key) { await mark(hook) }
            } catch let interruption as Interruption {
                throw interruption
            } catch {
                // What was interrupted is not what went wrong.
                if let interruption = scope.interruption, Self.isCutOff(error) { throw interruption }
                let reason = FailureReason(resource.key, error)
                log(of: resource).error(
                    "a resource failed", metadata: ["hook": "\(hook.hook.rawValue)", "reason": "\(reason.text)"])
                report(reason)
                throw reason
            }
        }
        noteDone(hook)
        if hook.hook == .complete { await results.show() }
    }

    /// A later one that has ended says it, too: the hook's own mark may not have been written.
    private func hasEnded(_ hook: HookID) -> Bool {
        ResourceHook.allCases.drop { $0 != hook.hook }
            .contains { ledger.record(HookID(resource: hook.resource, hook: $0).path) != nil }
    }

    /// What an interruption does to a call, or what would have been tried again without one.
    private static func isCutOff(_ error: any Error) -> Bool {
        error is CancellationError || (error as? ServiceError)?.code == .cancelled || error.mayPass
    }

    /// Remembers that a hook has ended, however late: what was done at the last moment is done. Where the journal does not
    /// take it, the hook runs again after a restart, which it bears.
    private func mark(_ hook: HookID) async {
        do {
            try await keep(Array(JSONEncoder().encode(results.mark(of: hook.resource))), at: hook.path)
        } catch {
            log.warning("the end of a hook could not be written", metadata: ["reason": "\(error)"])
        }
    }

    private func noteDone(_ hook: HookID) {
        guard hook.hook == .complete else { return }
        ledger.markFinished(hook.resource)
        results.resourceDone(hook.resource)
    }

    // MARK: After a failure

    private var failurePath: String { "operation/failure" }

    /// Why an earlier run of this operation failed, which was then stopped while it cleaned up.
    func rememberedFailure() throws -> [String]? {
        guard let bytes = ledger.record(failurePath)?.result else { return nil }
        return try JSONDecoder().decode([String].self, from: Data(bytes))
    }

    func remember(failure errors: [String]) async throws {
        try await keep(Array(JSONEncoder().encode(errors)), at: failurePath)
    }

    /// A result without an effect. Known in this run also where the journal does not take it.
    private func keep(_ result: [UInt8], at path: String) async throws {
        let now = environment.time.date()
        let record = StepRecord(
            operationID: operation.id, path: path, begunAt: now, settlesAt: now, result: result)
        ledger.note(record)
        try await environment.journal.begin(record)
    }

    // MARK: Parts

    func hooks(of resource: Resource) throws -> (any ResourceHooks)? {
        guard let plugin = provider.plugins[resource.type] else {
            throw FailureReason(
                resource.key, ResourceFailure("Protection Plugin for \(resource.type) could not be found."))
        }
        return plugin.hooks(for: operation.kind, of: resource.type)
    }

    /// - Parameter permit: returns when a step may begin. What an operation made it may remove at any time.
    func context(
        _ resource: Resource, _ scope: OperationScope, permit: @escaping @Sendable () async throws -> Void = {}
    ) throws -> ResourceContext {
        let log = log(of: resource)
        let patience = Patience(scope: scope, log: log)
        let bank = PatientBank(bank: provider.checkpoints.bank, patience: patience)
        let marker = Marker(
            operationID: operation.id, checkpointID: operation.checkpointID, resourceID: resource.id)
        return ResourceContext(
            operation: operation, resource: resource, parameters: operation.parameters.merged(for: resource.key),
            section: try CheckpointCollection(bank: bank)
                .section(of: operation.checkpointID, resourceID: resource.id),
            clients: clients,
            steps: DurableSteps(
                resource: resource.key, marker: marker, scope: scope, ledger: ledger, journal: environment.journal,
                loop: environment.loop, patience: patience, requestTimeout: environment.cloud.requestTimeout,
                permit: permit),
            waiting: waiting(scope, log),
            progress: ProgressOfResource(key: resource.key, ledger: results),
            log: log)
    }

    func waiting(_ scope: OperationScope, _ log: Logger) -> PollingWait {
        let realm = Poller.Realm(projectID: operation.projectID, isAdministrators: clients.isAdministrators)
        return PollingWait(
            scope: scope, log: log, poller: environment.poller, realm: realm, operationID: operation.id,
            pausing: { await results.show() })
    }

    func log(of resource: Resource) -> Logger {
        var log = log
        log[metadataKey: "resource_type"] = "\(resource.type)"
        log[metadataKey: "resource_id"] = "\(resource.id)"
        return log
    }
}
