import Loop

/// A producer of a request's body that gives its pieces one by one, and counts how often it was asked.
final class Pieces: Sendable {
    private let state: Locked<(rest: [[UInt8]], asked: Int)>

    init(_ texts: [String]) {
        state = Locked((texts.map { Array($0.utf8) }, 0))
    }

    var asked: Int { state.withLock { $0.asked } }

    @Sendable func next() async throws -> [UInt8]? {
        state.withLock { state in
            state.asked += 1
            return state.rest.isEmpty ? nil : state.rest.removeFirst()
        }
    }
}
