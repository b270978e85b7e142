import FoundationEssentials
import Logging
import Loop
import OpenStack
import PluginKit
import Protection

/// After a failure: away with what is half made.
extension ResourceWork {
    /// Lets the plugins remove what they made and nobody needs; returns what could not be removed, and why.
    ///
    /// What a finished resource made is kept, unless the operation was cancelled. Of one that is kept, only steps that were in
    /// doubt are looked after. When the scope has ended, the rest is asked all the same, to name what it leaves.
    func cleanUp(_ graph: ResourceGraph, keepsFinished: Bool, in scope: OperationScope) async -> [FailureReason] {
        let due = graph.nodes.filter { resource in
            keepsFinished && ledger.isFinished(resource.key)
                ? ledger.isDoubted(resource.key) : ledger.hasBegun(resource.key)
        }
        guard !due.isEmpty else { return [] }
        let width = max(1, environment.settings.maxTasksPerOperation)
        let result = await scope.run(on: environment.loop) { () async -> [FailureReason] in
            await withTaskGroup(of: FailureReason?.self) { group in
                var leftovers: [FailureReason] = []
                var rest = due[...]
                for resource in rest.prefix(width) {
                    group.addTask { await cleanUp(resource, keepsFinished, in: scope) }
                }
                rest = rest.dropFirst(width)
                while let leftover = await group.next() {
                    if let leftover { leftovers.append(leftover) }
                    if let next = rest.popFirst() { group.addTask { await cleanUp(next, keepsFinished, in: scope) } }
                }
                return leftovers
            }
        }
        switch result {
        case .success(let leftovers): return leftovers
        case .failure(let error): return due.map { FailureReason($0.key, error) }
        }
    }

    private func cleanUp(
        _ resource: Resource, _ keepsFinished: Bool, in scope: OperationScope
    ) async -> FailureReason? {
        do {
            guard let hooks = try hooks(of: resource) else { return nil }
            await settle(resource.key, in: scope)
            let context = try context(resource, scope)
            try await hooks.cleanUp(context, keepsResult: keepsFinished && ledger.isFinished(resource.key))
            return nil
        } catch {
            if scope.interruption == .suspended { return nil }
            let reason = FailureReason(resource.key, error)
            log(of: resource).error("not all could be cleaned up", metadata: ["reason": "\(reason.text)"])
            return reason
        }
    }

    /// Waits until all has happened that was asked for and not answered: only then it can be found. At most half of the time
    /// that is left, since the removal needs some, too.
    private func settle(_ key: ResourceKey, in scope: OperationScope) async {
        guard let settlesAt = ledger.settlesAt(of: key) else { return }
        let rest = Duration.seconds(settlesAt.timeIntervalSince(environment.time.date()))
        guard rest > .zero else { return }
        // Its interruption is met again by whatever comes next.
        try? await scope.sleep(for: min(rest, (scope.end - environment.time.now()) / 2))
    }

    /// What is still left of `leftovers` when the daemon has tried in its own name: the user's no longer counts.
    ///
    /// Only where it is an administrator, who sees all projects: another would find nothing, and take it for gone. What it
    /// removed is told all the same, in case the role does not mean that in this cloud.
    func cleanUpAsDaemon(
        _ leftovers: [FailureReason], of graph: ResourceGraph, keepsFinished: Bool, in scope: OperationScope
    ) async -> [FailureReason] {
        guard !leftovers.isEmpty, environment.cloud.isAdministrator else { return leftovers }
        log.notice(
            "what is left is removed with the service user's own token", metadata: ["count": "\(leftovers.count)"])
        var work = self
        work.clients = ClientFactory(ofDaemonIn: environment.cloud, requestID: operation.requestID)
        let left = Set(await work.cleanUp(graph, keepsFinished: keepsFinished, in: scope).map(\.resource))
        return leftovers.map { leftover in
            left.contains(leftover.resource) ? leftover : leftover.removed
        }
    }
}

extension FailureReason {
    fileprivate var removed: FailureReason {
        FailureReason(resource, ResourceFailure(text + "; removed since, with the service user's own token"))
    }
}
