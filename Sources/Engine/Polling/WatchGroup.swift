import OrderedCollections
import PluginKit
import Protection

/// All that wait, in one project, for things of one collection: who is served by which look, and when the next one is.
///
/// Invariants
/// 1. At most one look is under way, and it serves those who had joined before it began.
/// 2. Between the end of a look and the beginning of the next one at least `floor` passes, and as long as the service asks
///    to be left alone.
/// 3. Pauses grow to the shortest interval of those who wait. Somebody who joins makes the next look soon, and the pauses
///    after it short again.
/// 4. An error that may pass leaves everybody where they are. Another one ends those who wait for the operation whose client
///    has met it; the next look is by the client of another one, as it is after every failure.
///
/// States
/// - idle -> looking: `next`, when it is time
/// - looking -> idle: `ended`
/// - idle -> gone: `next`, when nobody waits and the floor has passed
struct WatchGroup {
    typealias Ticket = UInt64

    /// The shortest time between two looks.
    static let floor = Duration.milliseconds(200)

    struct Watcher: Sendable {
        var thing: String
        var operation: String
        var collection: WatchedCollection
        var interval: Duration
        var madeAfter: String?
        var verdict: @Sendable (Sighting) -> Verdict
        /// Called for one watcher of each operation that goes on waiting after a look.
        var pausing: @Sendable () async -> Void = {}
    }

    enum Step {
        case nothing
        case wake(at: ContinuousClock.Instant)
        /// The list, if there is to be one, is asked for with the collection of the watcher.
        case look(WatchRound, by: Watcher)
        case gone
    }

    typealias Outcome = Result<Sighting, any Error>

    private struct Thing {
        var tickets: Set<Ticket> = []
        var madeAfter: String?
    }

    private var watchers: [Ticket: Watcher] = [:]
    private var things: [String: Thing] = [:]
    /// Whose clients there are, in the order in which they joined.
    private var operations: OrderedDictionary<String, Set<Ticket>> = [:]
    private var turn = 0
    private var isLooking = false
    /// The last look has met an error that may pass.
    private var isFailing = false
    private var lastTicket: Ticket = 0
    private var pause = Self.floor
    private var nextAt: ContinuousClock.Instant?
    private var notBefore: ContinuousClock.Instant?

    var oneOfEachOperation: [Watcher] {
        operations.values.compactMap { $0.first.flatMap { watchers[$0] } }
    }

    /// - Parameter ticket: greater than all before.
    mutating func join(_ ticket: Ticket, _ watcher: Watcher, at now: ContinuousClock.Instant) {
        watchers[ticket] = watcher
        things[watcher.thing, default: Thing(madeAfter: watcher.madeAfter)].tickets.insert(ticket)
        operations[watcher.operation, default: []].insert(ticket)
        lastTicket = ticket
        if !isFailing { pause = Self.floor }
        if !isLooking { nextAt = max(now, notBefore ?? now) }
    }

    mutating func leave(_ ticket: Ticket) {
        guard let watcher = watchers.removeValue(forKey: ticket) else { return }
        things[watcher.thing]?.tickets.remove(ticket)
        if things[watcher.thing]?.tickets.isEmpty == true { things[watcher.thing] = nil }
        operations[watcher.operation]?.remove(ticket)
        if operations[watcher.operation]?.isEmpty == true { operations[watcher.operation] = nil }
    }

    /// What is to be done now. To be asked after each change, and when it is time.
    mutating func next(at now: ContinuousClock.Instant) -> Step {
        guard !isLooking else { return .nothing }
        guard !operations.isEmpty else {
            guard let notBefore, now < notBefore else { return .gone }
            return .wake(at: notBefore)
        }
        if let nextAt, now < nextAt { return .wake(at: nextAt) }
        let tickets = operations.values[turn % operations.count]
        guard let lister = tickets.first.flatMap({ watchers[$0] }) else { return .nothing }
        isLooking = true
        return .look(WatchRound(of: things.mapValues(\.madeAfter), lastTicket: lastTicket), by: lister)
    }

    /// What the look asks for one by one, and with whose collection: what it has not seen, and what somebody would
    /// take for lost, which no list alone is believed.
    func questions(_ round: WatchRound) -> (gone: [String], asked: [(id: String, by: Watcher)]) {
        let rest = round.rest()
        var gone: [String] = []
        var asked = rest.open
        for id in rest.gone {
            if isLoss(id, round) { asked.append(id) } else { gone.append(id) }
        }
        let questions = asked.compactMap { id in
            served(id, by: round).min().flatMap { watchers[$0] }.map { (id: id, by: $0) }
        }
        return (gone, questions)
    }

    /// Ends the look. Those who are to be told what came of their wait have left the group.
    ///
    /// - Parameters:
    ///   - seen: what is known of things now, also that they are gone.
    ///   - failures: what was met, and by whose client; of one thing, or of the list.
    mutating func ended(
        _ round: WatchRound, seen: [Sighting], failures: [(thing: String?, operation: String, error: any Error)] = [],
        at now: ContinuousClock.Instant
    ) -> [(ticket: Ticket, outcome: Outcome)] {
        isLooking = false
        var settled: [(ticket: Ticket, outcome: Outcome)] = []
        for sighting in seen {
            if let createdAt = sighting.createdAt { things[sighting.id]?.madeAfter = createdAt }
            for ticket in served(sighting.id, by: round) {
                switch watchers[ticket]?.verdict(sighting) {
                case .done: settled.append((ticket, .success(sighting)))
                case .failed(let reason): settled.append((ticket, .failure(ResourceFailure(reason))))
                case .pending, nil: break
                }
            }
        }
        for (ticket, _) in settled { leave(ticket) }
        for failure in failures where !failure.error.mayPass {
            let tickets = operations[failure.operation] ?? []
            let concerned = failure.thing.map { tickets.intersection(things[$0]?.tickets ?? []) } ?? tickets
            for ticket in concerned {
                settled.append((ticket, .failure(failure.error)))
                leave(ticket)
            }
        }
        schedule(round, after: failures.map(\.error), at: now)
        return settled
    }

    private mutating func schedule(
        _ round: WatchRound, after errors: [any Error], at now: ContinuousClock.Instant
    ) {
        let passing = errors.filter(\.mayPass)
        isFailing = !passing.isEmpty
        if !errors.isEmpty { turn += 1 }
        let floor = now + Self.floor
        if isFailing {
            notBefore = passing.map { now + Patience.pause(pause, after: $0) }.max() ?? floor
        } else {
            notBefore = floor
            // Somebody has joined meanwhile, or another client is to try.
            if lastTicket > round.lastTicket || !errors.isEmpty {
                nextAt = floor
                return
            }
        }
        nextAt = max(notBefore ?? floor, now + pause)
        let interval = watchers.values.map(\.interval).min() ?? Self.floor
        pause = max(Self.floor, min(pause * 3 / 2, interval))
    }

    private func isLoss(_ id: String, _ round: WatchRound) -> Bool {
        served(id, by: round).contains { ticket in
            if case .failed = watchers[ticket]?.verdict(.gone(id)) { return true }
            return false
        }
    }

    private func served(_ id: String, by round: WatchRound) -> [Ticket] {
        things[id]?.tickets.filter { $0 <= round.lastTicket } ?? []
    }
}
