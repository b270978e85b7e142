import Keystone
import Loop
import PluginKit

/// A collection of a service that comes to rest when a test says so, and counts what it is asked.
final class FakeCollection: Sendable {
    struct State {
        var things: [Sighting] = []
        var pages = 0
        var items = 0
        var looks = 0
        /// What each request of an operation's client meets.
        var errors: [String: ServiceError] = [:]
        /// What each request is held up by.
        var gate: (@Sendable () async -> Void)?
    }

    private let state = Locked(State())

    /// Newer things first: the first has the greatest number.
    init(_ count: Int, status: String = "creating") {
        state.withLock { state in
            state.things = (0..<count).reversed().map { number in
                let digits = String(number)
                let padded = String(repeating: "0", count: 6 - digits.count) + digits
                return Sighting(id: "t\(number)", status: status, createdAt: padded)
            }
        }
    }

    var requests: (pages: Int, looks: Int, items: Int) { state.withLock { ($0.pages, $0.looks, $0.items) } }

    func change<Result: Sendable>(_ body: (inout sending State) -> sending Result) -> Result {
        state.withLock(body)
    }

    func set(_ status: String) {
        change { state in for place in state.things.indices { state.things[place].status = status } }
    }

    /// As it is seen with the client of `operation`.
    func seen(by operation: String) -> WatchedCollection {
        WatchedCollection("things") { limit, visit in
            var rest = try await self.ask(operation) { $0.things }[...]
            repeat {
                self.change { state in
                    state.pages += 1
                    state.items += min(limit, rest.count)
                }
                guard visit(Array(rest.prefix(limit))) else { return }
                rest = rest.dropFirst(limit)
            } while !rest.isEmpty
        } get: { id in
            try await self.ask(operation) { state in
                state.looks += 1
                return state.things.first { $0.id == id } ?? .gone(id)
            }
        }
    }

    private func ask<Result: Sendable>(
        _ operation: String, _ body: (inout sending State) -> sending Result
    ) async throws -> Result {
        let (error, gate) = change { ($0.errors[operation], $0.gate) }
        await gate?()
        if let error { throw error }
        return change(body)
    }
}
