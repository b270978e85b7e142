import FoundationEssentials
import Logging
import Loop
import PluginKit
import Protection

/// The last look at what the operation made. See `OperationSweep`.
extension ResourceWork {
    typealias Sweep = (plugin: any OperationSweep, context: SweepContext)

    /// Those of the plugins that may have made something: for a delete, whichever operation it was.
    func sweeps(
        of graph: ResourceGraph, keeping kept: Set<ResourceKey>, in scope: OperationScope
    ) -> [Sweep] {
        var sweeps: [Sweep] = []
        let name = { (type: ResourceType) in provider.plugins[type].map { Swift.type(of: $0).name } }
        var names: Set<String?> = []
        for (type, plugin) in provider.plugins where names.insert(name(type)).inserted {
            let resources = graph.nodes.filter { name($0.type) == name(type) }
            let hasMade = resources.contains { operation.kind == .delete || ledger.hasSteps(of: $0.key) }
            guard hasMade, let sweep = plugin.sweep(for: operation.kind) else { continue }
            let context = SweepContext(
                operation: operation, resources: resources, clients: clients, waiting: waiting(scope, log),
                results: ledger, kept: kept, log: log)
            sweeps.append((sweep, context))
        }
        return sweeps
    }

    /// Removes what is surplus, and returns what could not be removed or looked for.
    ///
    /// What is known to have been made goes first: that needs neither a list nor a wait for what may still happen.
    func sweep(_ sweeps: [Sweep], in scope: OperationScope) async -> [FailureReason] {
        var reasons: [FailureReason] = []
        for sweep in sweeps {
            let known: [Leaving]
            do {
                known = try sweep.plugin.known(sweep.context)
            } catch {
                // Then it is not known either what is to be kept.
                reasons.append(FailureReason(nil, error))
                continue
            }
            var left = await remove(known, sweep)
            await settle(in: scope)
            do {
                let found = Set(try await find(sweep, in: scope)).subtracting(known)
                left.merge(await remove(Array(found), sweep)) { $1 }
            } catch {
                reasons += unlooked(sweep, error)
            }
            reasons += told(left)
        }
        for reason in reasons where scope.interruption != .suspended {
            log.error("something may be left over", metadata: ["reason": "\(reason)"])
        }
        return reasons
    }

    /// Whatever the scope says, there is one try.
    private func find(_ sweep: Sweep, in scope: OperationScope) async throws -> [Leaving] {
        do {
            return try await sweep.plugin.find(sweep.context)
        } catch {
            guard error.mayPass else { throw error }
            do {
                return try await Patience(scope: scope, log: log)("look for what is left over") {
                    try await sweep.plugin.find(sweep.context)
                }
            } catch is Interruption {
                throw error
            }
        }
    }

    /// Tries each, and returns those that are left, and why.
    private func remove(_ leavings: [Leaving], _ sweep: Sweep) async -> [Leaving: any Error] {
        let outcomes = await abreast(leavings) { leaving -> (Leaving, (any Error)?) in
            do {
                try await sweep.plugin.remove(leaving, sweep.context)
                return (leaving, nil)
            } catch {
                return (leaving, error)
            }
        }
        return outcomes.reduce(into: [:]) { left, outcome in left[outcome.0] = outcome.1 }
    }

    private func told(_ left: [Leaving: any Error]) -> [FailureReason] {
        Dictionary(grouping: left, by: \.key.resource).map { resource, left in
            let words = left.map { "\($0.key) is left: \(FailureReason.text(of: $0.value))" }.sorted()
            return FailureReason(resource, ResourceFailure(words.joined(separator: "; ")))
        }
    }

    private func unlooked(_ sweep: Sweep, _ error: any Error) -> [FailureReason] {
        let why = FailureReason.text(of: error)
        let open = sweep.context.resources.compactMap { resource -> FailureReason? in
            let steps = ledger.openSteps(of: resource.key)
            guard !steps.isEmpty else { return nil }
            return FailureReason(
                resource.key,
                ResourceFailure("what \(steps.joined(separator: ", ")) may have made was not looked for: \(why)"))
        }
        return open + [FailureReason(nil, ResourceFailure("what may be left over was not looked for: \(why)"))]
    }

    /// Waits until all has happened that was asked for and not answered: only then it can be found. At most half of the time
    /// that is left, since the removal needs some, too.
    private func settle(in scope: OperationScope) async {
        guard let settlesAt = ledger.settlesAt else { return }
        let rest = Duration.seconds(settlesAt.timeIntervalSince(environment.time.date()))
        guard rest > .zero else { return }
        // Its interruption is met again by whatever comes next.
        try? await scope.sleep(for: min(rest, (scope.end - environment.time.now()) / 2))
    }
}
