import FoundationEssentials
import Logging
import Loop
import OpenStack
import PluginKit
import Protection

/// At the end: away with what is half made, and with what is surplus.
extension ResourceWork {
    /// Sweeps, and lets the plugins put in order what has begun and is not kept; returns what could not be done, and why.
    ///
    /// When the scope has ended, everybody is asked once all the same, to name what is left.
    ///
    /// - Parameter keepsFinished: whether the results of the resources that ended are kept, or nothing at all.
    func clearAway(
        _ graph: ResourceGraph, keepsFinished: Bool = true, in scope: OperationScope
    ) async -> [FailureReason] {
        let kept = Set(graph.nodes.map(\.key).filter { keepsFinished && ledger.isFinished($0) })
        let begun = graph.nodes.filter { ledger.hasBegun($0.key) && !kept.contains($0.key) }
        let sweeps = sweeps(of: graph, keeping: kept, in: scope)
        guard !begun.isEmpty || !sweeps.isEmpty else { return [] }
        let result = await scope.run(on: environment.loop) { () async -> [FailureReason] in
            let left = await sweep(sweeps, in: scope)
            return left + (await abreast(begun) { await cleanUp($0, in: scope) }).compactMap(\.self)
        }
        switch result {
        case .success(let leftovers): return scope.interruption == .suspended ? [] : leftovers
        case .failure(let error): return begun.map { FailureReason($0.key, error) }
        }
    }

    private func cleanUp(_ resource: Resource, in scope: OperationScope) async -> FailureReason? {
        do {
            guard let hooks = try hooks(of: resource) else { return nil }
            try await hooks.cleanUp(try context(resource, scope))
            return nil
        } catch {
            if scope.interruption == .suspended { return nil }
            let reason = FailureReason(resource.key, error)
            log(of: resource).error("not all could be cleaned up", metadata: ["reason": "\(reason.text)"])
            return reason
        }
    }

    /// No wider than an operation is.
    func abreast<Element: Sendable, Value: Sendable>(
        _ elements: [Element], _ work: @escaping @Sendable (Element) async -> Value
    ) async -> [Value] {
        let width = max(1, environment.settings.maxTasksPerOperation)
        return await withTaskGroup(of: Value.self) { group in
            var values: [Value] = []
            for (number, element) in elements.enumerated() {
                if number >= width, let value = await group.next() { values.append(value) }
                group.addTask { await work(element) }
            }
            for await value in group { values.append(value) }
            return values
        }
    }

    /// What is still left of `leftovers` when the daemon has tried in its own name: the user's no longer counts.
    ///
    /// Only where it is an administrator, who sees all projects: another would find nothing, and take it for gone. What it
    /// removed is told all the same, in case the role does not mean that in this cloud.
    func clearAwayAsDaemon(
        _ leftovers: [FailureReason], of graph: ResourceGraph, keepsFinished: Bool = true, in scope: OperationScope
    ) async -> [FailureReason] {
        guard !leftovers.isEmpty, environment.cloud.isAdministrator else { return leftovers }
        log.notice(
            "what is left is removed with the service user's own token", metadata: ["count": "\(leftovers.count)"])
        var work = self
        work.clients = ClientFactory(ofDaemonIn: environment.cloud, requestID: operation.requestID)
        let left = Set(await work.clearAway(graph, keepsFinished: keepsFinished, in: scope).map(\.resource))
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
