package import Logging
package import Loop
import PluginKit

/// Watches what all operations wait for; one a daemon. What is looked at when, a `WatchGroup` says for each project and
/// collection; this does it.
///
/// Whoever waits holds a continuation and nothing else. A look that is under way is not cut off when the operation ends whose
/// client it uses: it ends within the client's own time limit, and serves the others.
package final class Poller: Sendable {
    /// What is watched together: one project's things, or what an administrator sees of all projects'.
    struct Realm: Hashable, Sendable {
        var projectID: String
        var isAdministrators: Bool
    }

    private struct Key: Hashable, Sendable {
        var realm: Realm
        var collection: String
    }

    private typealias Outcome = WatchGroup.Outcome

    private struct State {
        var groups: [Key: WatchGroup] = [:]
        var alarms: [Key: (at: ContinuousClock.Instant, task: Task<Void, any Error>)] = [:]
        var waiters = Waiters<Outcome>()
    }

    /// How many things are looked at one by one at the same time.
    private static let width = 16

    private let loop: Loop
    private let time: any TimeSource
    private let metrics: PollingMetrics
    private let log: Logger
    private let state = Locked(State())

    package init(loop: Loop, time: any TimeSource, metrics: PollingMetrics = PollingMetrics(), log: Logger) {
        self.loop = loop
        self.time = time
        self.metrics = metrics
        self.log = log
    }

    /// How many wait, in how many groups.
    var load: (watchers: Int, groups: Int) { state.withLock { ($0.waiters.count, $0.groups.count) } }

    /// Returns what ended the wait; throws what the verdict says, an error that will not pass, and `scope`'s end.
    func wait(_ watcher: WatchGroup.Watcher, in realm: Realm, scope: OperationScope) async throws -> Sighting {
        try scope.check()
        let key = Key(realm: realm, collection: watcher.collection.name)
        let ticket = state.withLock { state in
            let ticket = state.waiters.draw()
            state.groups[key, default: WatchGroup()].join(ticket, watcher, at: time.now())
            return ticket
        }
        advance(key)
        let id = scope.whenInterrupted { [weak self] in self?.leave(ticket, key, .failure($0)) }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if let early = state.withLock({ $0.waiters.wait(ticket, continuation) }) {
                    continuation.resume(returning: early)
                }
            }
        } onCancel: {
            leave(ticket, key, .failure(CancellationError()))
        }
        scope.forget(id)
        state.withLock { $0.waiters.remove(ticket) }
        if case .failure(is CancellationError) = outcome { throw scope.interrupt(.suspended) }
        return try outcome.get()
    }

    private func leave(_ ticket: WatchGroup.Ticket, _ key: Key, _ outcome: Outcome) {
        let waiter = state.withLock { state in
            state.groups[key]?.leave(ticket)
            return state.waiters.settle(ticket, outcome)
        }
        waiter?.resume(returning: outcome)
        advance(key)
    }

    /// Does what a group wants next.
    private func advance(_ key: Key) {
        let (look, at) = state.withLock { state -> ((WatchRound, WatchGroup.Watcher)?, ContinuousClock.Instant?) in
            switch state.groups[key]?.next(at: time.now()) {
            case .look(let round, let lister): return ((round, lister), nil)
            case .wake(let at): return (nil, at)
            case .gone:
                state.groups[key] = nil
                state.alarms.removeValue(forKey: key)?.task.cancel()
                return (nil, nil)
            case .nothing, nil: return (nil, nil)
            }
        }
        if let (round, lister) = look { loop.spawn { await self.look(round, by: lister, key) } }
        if let at { setAlarm(key, at: at) }
    }

    /// One that rings earlier does as well: it sets the next one.
    private func setAlarm(_ key: Key, at instant: ContinuousClock.Instant) {
        state.withLock { state in
            if let alarm = state.alarms[key], alarm.at <= instant { return }
            state.alarms[key]?.task.cancel()
            let task = loop.spawn { [weak self, time] in
                try await time.sleep(until: instant)
                self?.ring(key, instant)
            }
            state.alarms[key] = (instant, task)
        }
    }

    private func ring(_ key: Key, _ instant: ContinuousClock.Instant) {
        state.withLock { state in
            if state.alarms[key]?.at == instant { state.alarms[key] = nil }
        }
        advance(key)
    }

    // MARK: A look

    private func look(_ round: WatchRound, by lister: WatchGroup.Watcher, _ key: Key) async {
        metrics.rounds.increment()
        var failures: [(thing: String?, operation: String, error: any Error)] = []
        let (round, failure) = await list(round, by: lister.collection)
        if let failure { failures.append((nil, lister.operation, failure)) }
        var seen = round.found
        if failure == nil {
            let (gone, asked) = state.withLock { state in state.groups[key]?.questions(round) ?? ([], []) }
            seen += gone.map(Sighting.gone)
            for (id, watcher, answer) in await ask(asked) {
                switch answer {
                case .success(let sighting): seen.append(sighting)
                case .failure(let error): failures.append((id, watcher.operation, error))
                }
            }
        }
        for failure in failures where failure.error.mayPass {
            log.warning(
                "will be tried again",
                metadata: [
                    "what": "look at what is waited for", "collection": "\(lister.collection.name)",
                    "operation_id": "\(failure.operation)", "reason": "\(failure.error)",
                ])
        }
        for watcher in end(round, seen, failures, key) { await watcher.pausing() }
    }

    private func list(
        _ round: WatchRound, by collection: WatchedCollection
    ) async -> (WatchRound, failure: (any Error)?) {
        guard round.wantsList else { return (round, nil) }
        let state = Locked((round: round, isEnough: false))
        do {
            try await collection.list(round.pageSize) { [metrics] page in
                metrics.pages.increment()
                return state.withLock { state in
                    state.isEnough = !state.round.saw(page)
                    return !state.isEnough
                }
            }
        } catch {
            return (state.withLock(\.round), error)
        }
        return state.withLock { state in
            if !state.isEnough { state.round.sawEnd() }
            return (state.round, nil)
        }
    }

    private func ask(
        _ questions: [(id: String, by: WatchGroup.Watcher)]
    ) async -> [(id: String, by: WatchGroup.Watcher, answer: Outcome)] {
        await withTaskGroup(of: (id: String, by: WatchGroup.Watcher, answer: Outcome).self) { group in
            var answers: [(id: String, by: WatchGroup.Watcher, answer: Outcome)] = []
            for (number, question) in questions.enumerated() {
                if number >= Self.width, let answer = await group.next() { answers.append(answer) }
                metrics.looks.increment()
                group.addTask {
                    do {
                        return (question.id, question.by, .success(try await question.by.collection.get(question.id)))
                    } catch {
                        return (question.id, question.by, .failure(error))
                    }
                }
            }
            for await answer in group { answers.append(answer) }
            return answers
        }
    }

    /// Tells those whose wait is over; returns one watcher of each operation that goes on waiting.
    private func end(
        _ round: WatchRound, _ seen: [Sighting],
        _ failures: [(thing: String?, operation: String, error: any Error)], _ key: Key
    ) -> [WatchGroup.Watcher] {
        let (told, still) = state.withLock {
            state -> ([(Waiters<Outcome>.Continuation, Outcome)], [WatchGroup.Watcher]) in
            let settled = state.groups[key]?.ended(round, seen: seen, failures: failures, at: time.now()) ?? []
            let told = settled.compactMap { ticket, outcome in
                state.waiters.settle(ticket, outcome).map { ($0, outcome) }
            }
            return (told, state.groups[key]?.oneOfEachOperation ?? [])
        }
        for (waiter, outcome) in told { waiter.resume(returning: outcome) }
        advance(key)
        return still
    }
}
