import Keystone
import PluginKit
import TestSupport
import Testing

@testable import Engine

/// A group against a service that changes all the time, from seeds: nobody is told what was not so, too soon, or never.
@Suite struct WatchGroupRandomTests {
    @Test(arguments: 0..<60)
    func `everybody is told what became of their thing, by a look that began after they joined`(seed: Int) throws {
        var model = WatchModel(seed: UInt64(seed))
        for _ in 0..<400 { try model.step() }
        try model.settle()
    }
}

/// The service, those who wait, and the clock.
private struct WatchModel {
    struct Thing {
        var createdAt: String
        var restsAt: Int
        var vanishes: Bool
    }

    struct Waiter {
        var thing: String
        var operation: String
        var joinedAt: Int
        var wantsGone: Bool
    }

    private let start = ContinuousClock.now
    private var random: SeededGenerator
    private var group = WatchGroup()
    /// In milliseconds.
    private var clock = 0
    private var things: [String: Thing] = [:]
    private var waiters: [UInt64: Waiter] = [:]
    private var lastTicket: UInt64 = 0
    private var lastThing = 0
    private var broken: Set<String> = []
    private var look: (round: WatchRound, by: WatchGroup.Watcher, begunAt: Int)?
    private var endedAt = -1_000_000
    private var isQuiet = false

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func step() throws {
        clock += Int.random(in: 0...150, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4: join()
        case 4: if let ticket = waiters.keys.sorted().randomElement(using: &random) { leave(ticket) }
        default: try go()
        }
    }

    /// Everything comes to rest, and all who wait are told within a bounded number of looks.
    mutating func settle() throws {
        isQuiet = true
        for _ in 0..<200 where !waiters.isEmpty || look != nil {
            clock += 5_000
            try go()
        }
        try require(waiters.isEmpty, "some wait for ever")
        clock += 1_000
        guard case .gone = group.next(at: start + .milliseconds(clock)) else {
            throw ResourceFailure("the group stays")
        }
    }

    private mutating func join() {
        if things.count < 3 || Bool.random(using: &random) {
            lastThing += 1
            // Some in the same second.
            things["t\(lastThing)"] = Thing(
                createdAt: "\(1_000_000 + clock / 1000)", restsAt: clock + Int.random(in: 0...4000, using: &random),
                vanishes: Bool.random(using: &random))
        }
        let names = things.keys.sorted()
        guard let id = names.randomElement(using: &random), let thing = things[id] else { return }
        lastTicket += 1
        let wantsGone = thing.vanishes
        waiters[lastTicket] = Waiter(
            thing: id, operation: "o\(Int.random(in: 0..<4, using: &random))", joinedAt: clock, wantsGone: wantsGone)
        let collection = WatchedCollection("things") { _, _ in
        } get: {
            .gone($0)
        }
        let watcher = WatchGroup.Watcher(
            thing: id, operation: waiters[lastTicket]?.operation ?? "", collection: collection,
            interval: .milliseconds(Int.random(in: 100...3000, using: &random)),
            madeAfter: Bool.random(using: &random) ? thing.createdAt : nil,
            verdict: { sighting in
                if sighting.isGone { return wantsGone ? .done : .failed(reason: "gone") }
                return sighting.status == "ready" ? .done : .pending
            })
        group.join(lastTicket, watcher, at: start + .milliseconds(clock))
    }

    private mutating func leave(_ ticket: UInt64) {
        waiters[ticket] = nil
        group.leave(ticket)
    }

    /// Begins or ends a look, if it is time.
    private mutating func go() throws {
        if let look {
            if isQuiet || Bool.random(using: &random) { try end(look) }
            return
        }
        guard case .look(let round, let lister) = group.next(at: start + .milliseconds(clock)) else { return }
        try require(clock - endedAt >= 200, "a look \(clock - endedAt) ms after another")
        look = (round, lister, clock)
        guard case .nothing = group.next(at: start + .milliseconds(clock + 1_000_000)) else {
            throw ResourceFailure("two looks at once")
        }
    }

    private func state(_ id: String) -> Sighting {
        guard let thing = things[id], !(thing.vanishes && clock >= thing.restsAt) else { return .gone(id) }
        let status = clock >= thing.restsAt ? "ready" : "busy"
        return Sighting(id: id, status: status, createdAt: thing.createdAt)
    }

    private mutating func end(_ look: (round: WatchRound, by: WatchGroup.Watcher, begunAt: Int)) throws {
        self.look = nil
        var round = look.round
        var failures: [(thing: String?, operation: String, error: any Error)] = []
        let dice = isQuiet ? 9 : Int.random(in: 0..<10, using: &random)
        let error = ServiceError(dice == 0 ? .userTokenGone : .serverError, "", serviceType: "x")
        if dice < 3 {
            failures = [(nil, look.by.operation, error)]
        } else if round.wantsList {
            read(&round)
        }
        var seen = round.found
        if failures.isEmpty {
            let (gone, asked) = group.questions(round)
            for id in gone { try require(state(id).isGone, "\(id) is not gone") }
            seen += gone.map(Sighting.gone)
            seen += asked.map { state($0.id) }
        }
        let told = group.ended(round, seen: seen, failures: failures, at: start + .milliseconds(clock))
        endedAt = clock
        for (ticket, outcome) in told { try check(ticket, outcome, look, hasEndedOperation: dice == 0) }
    }

    /// The list as it is now, newest first, sometimes without times; of others too.
    private mutating func read(_ round: inout WatchRound) {
        var list = things.keys.sorted().map { state($0) }.filter { !$0.isGone }
            .sorted { ($0.createdAt ?? "", $0.id) > ($1.createdAt ?? "", $1.id) }
        if Int.random(in: 0..<8, using: &random) == 0 { for place in list.indices { list[place].createdAt = nil } }
        let size = min(round.pageSize, Int.random(in: 1...20, using: &random))
        var rest = list[...]
        while !rest.isEmpty {
            guard round.saw(Array(rest.prefix(size))) else { return }
            rest = rest.dropFirst(size)
        }
        round.sawEnd()
    }

    private mutating func check(
        _ ticket: UInt64, _ outcome: WatchGroup.Outcome,
        _ look: (round: WatchRound, by: WatchGroup.Watcher, begunAt: Int), hasEndedOperation: Bool
    ) throws {
        guard let waiter = waiters.removeValue(forKey: ticket) else { throw ResourceFailure("\(ticket) told twice") }
        switch outcome {
        case .success(let sighting):
            try require(sighting.id == waiter.thing && waiter.joinedAt <= look.begunAt, "served by an earlier look")
            try require(state(waiter.thing).status == sighting.status, "told \(sighting), is \(state(waiter.thing))")
            try require(sighting.status != "busy", "told before it was over")
        case .failure:
            try require(hasEndedOperation && waiter.operation == look.by.operation, "ended without a reason")
        }
    }

    private func require(_ isSo: Bool, _ what: @autoclosure () -> String) throws {
        if !isSo { throw ResourceFailure(what()) }
    }
}
