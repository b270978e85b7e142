import Keystone
import PluginKit
import Testing

@testable import Engine

/// Who is served when, and by whose client.
@Suite struct WatchGroupTests {
    private let start = ContinuousClock.now
    private var group = WatchGroup()

    private func watcher(
        _ thing: String, of operation: String = "a", interval: Duration = .seconds(15)
    ) -> WatchGroup.Watcher {
        let collection = WatchedCollection("things") { _, _ in
        } get: {
            .gone($0)
        }
        return WatchGroup.Watcher(thing: thing, operation: operation, collection: collection, interval: interval) {
            switch $0.status {
            case "ready": .done
            case "broken": .failed(reason: "it is broken")
            case Sighting.notFound: .failed(reason: "it is gone")
            default: .pending
            }
        }
    }

    /// The look that is due at `at`.
    private mutating func look(at: Duration) throws -> (round: WatchRound, by: WatchGroup.Watcher) {
        guard case .look(let round, let lister) = group.next(at: start + at) else {
            throw ResourceFailure("no look at \(at)")
        }
        return (round, lister)
    }

    private mutating func wake(at: Duration) -> Duration? {
        guard case .wake(let instant) = group.next(at: start + at) else { return nil }
        return instant - start
    }

    private let passing = ServiceError(.unavailable, "", serviceType: "x", status: 503, retryAfter: .seconds(40))
    private let lasting = ServiceError(.userTokenGone, "", serviceType: "x")

    @Test mutating func `the first look is at once, one at a time, and pauses grow to the interval`() throws {
        group.join(1, watcher("t", interval: .seconds(1)), at: start)
        var now = Duration.zero
        var pauses: [Duration] = []
        for _ in 0..<8 {
            let (round, _) = try look(at: now)
            guard case .nothing = group.next(at: start + now) else { throw ResourceFailure("two looks") }
            let told = group.ended(round, seen: [Sighting(id: "t", status: "creating")], at: start + now)
            #expect(told.isEmpty)
            let wakesAt = wake(at: now)
            let next = try #require(wakesAt)
            pauses.append(next - now)
            now = next
        }
        #expect(pauses.prefix(4) == [.milliseconds(200), .milliseconds(300), .milliseconds(450), .milliseconds(675)])
        #expect(pauses.suffix(4) == [.seconds(1), .seconds(1), .seconds(1), .seconds(1)])
    }

    @Test mutating func `who joins during a look is served by the next, which comes soon`() throws {
        group.join(1, watcher("t"), at: start)
        for _ in 0..<10 {
            let (round, _) = try look(at: .seconds(100))
            _ = group.ended(round, seen: [], at: start)
        }
        let (round, _) = try look(at: .seconds(100))
        group.join(2, watcher("t"), at: start + .seconds(100))
        let served = group.ended(round, seen: [Sighting(id: "t", status: "ready")], at: start + .seconds(101))
        #expect(served.map(\.ticket) == [1])
        let next1 = wake(at: .seconds(101))
        #expect(next1 == .milliseconds(101_200))
        let (next, _) = try look(at: .milliseconds(101_200))
        let late = group.ended(next, seen: [Sighting(id: "t", status: "ready")], at: start)
        #expect(late.map(\.ticket) == [2])
    }

    @Test mutating func `joining makes no look before its floor, and not before a service wants to be asked`() throws {
        group.join(1, watcher("t"), at: start)
        var (round, _) = try look(at: .zero)
        _ = group.ended(round, seen: [Sighting(id: "t", status: "ready")], at: start)
        group.join(2, watcher("u"), at: start + .milliseconds(50))
        let next2 = wake(at: .milliseconds(50))
        #expect(next2 == .milliseconds(200))
        (round, _) = try look(at: .milliseconds(200))
        _ = group.ended(round, seen: [], failures: [("u", "a", passing)], at: start + .milliseconds(200))
        group.join(3, watcher("v"), at: start + .milliseconds(300))
        let next3 = wake(at: .milliseconds(300))
        #expect(next3 == .milliseconds(40_200))
    }

    @Test mutating func `errors that may pass end nobody, and their pauses grow though others join`() throws {
        group.join(1, watcher("t"), at: start)
        var now = Duration.zero
        var pauses: [Duration] = []
        let error = ServiceError(.serverError, "", serviceType: "x", status: 500)
        for ticket in 2...5 {
            let (round, _) = try look(at: now)
            let told = group.ended(round, seen: [], failures: [(nil, "a", error)], at: start + now)
            #expect(told.isEmpty)
            group.join(UInt64(ticket), watcher("t\(ticket)"), at: start + now)
            let wakesAt = wake(at: now)
            let next = try #require(wakesAt)
            pauses.append(next - now)
            now = next
        }
        #expect(pauses == [.milliseconds(200), .milliseconds(300), .milliseconds(450), .milliseconds(675)])
    }

    @Test mutating func `an error for good ends those of its operation, and another's client goes on`() throws {
        for (ticket, operation) in [(1, "a"), (2, "b"), (3, "a"), (4, "b")] {
            group.join(UInt64(ticket), watcher("t\(ticket)", of: operation), at: start)
        }
        let (round, lister) = try look(at: .zero)
        let ended = group.ended(round, seen: [], failures: [(nil, lister.operation, lasting)], at: start)
        #expect(ended.map(\.ticket).sorted() == (lister.operation == "a" ? [1, 3] : [2, 4]))
        #expect(
            ended.allSatisfy {
                if case .failure(let error as ServiceError) = $0.outcome { error.code == .userTokenGone } else { false }
            })
        let (_, next) = try look(at: .milliseconds(200))
        #expect(next.operation != lister.operation)
    }

    @Test mutating func `an error for good about one thing ends who waits for that by the same client, nobody else`()
        throws
    {
        for (ticket, thing, operation) in [(1, "t", "a"), (2, "t", "b"), (3, "u", "a")] {
            group.join(UInt64(ticket), watcher(thing, of: operation), at: start)
        }
        let (round, _) = try look(at: .zero)
        let ended = group.ended(round, seen: [], failures: [("t", "a", lasting)], at: start)
        #expect(ended.map(\.ticket) == [1])
    }

    @Test mutating func `after a failure that may pass another operation's client is used`() throws {
        group.join(1, watcher("t", of: "a"), at: start)
        group.join(2, watcher("u", of: "b"), at: start)
        let (round, first) = try look(at: .zero)
        _ = group.ended(round, seen: [], failures: [(nil, first.operation, passing)], at: start)
        let (_, second) = try look(at: .seconds(41))
        #expect(first.operation != second.operation)
    }

    @Test mutating func `what a list misses is asked for where that is bad news, and believed where it is good`() throws
    {
        for (ticket, thing) in [(1, "t"), (2, "u"), (3, "v")] {
            group.join(UInt64(ticket), watcher(thing), at: start)
        }
        let welcome = watcher("w")
        var glad = welcome
        glad.verdict = { $0.isGone ? .done : .pending }
        group.join(4, glad, at: start)
        var (round, _) = try look(at: .zero)
        _ = round.saw([Sighting(id: "x", status: "y")])
        round.sawEnd()
        let (gone, asked) = group.questions(round)
        #expect(gone == ["w"])
        #expect(Set(asked.map(\.id)) == ["t", "u", "v"])
    }

    @Test mutating func `who has left is neither looked for nor served, and an empty group goes`() throws {
        group.join(1, watcher("t"), at: start)
        let (round, _) = try look(at: .zero)
        group.leave(1)
        let told = group.ended(round, seen: [Sighting(id: "t", status: "ready")], at: start)
        #expect(told.isEmpty)
        let next = wake(at: .zero)
        #expect(next == .milliseconds(200))
        guard case .gone = group.next(at: start + .milliseconds(200)) else { throw ResourceFailure("it stays") }
    }
}
