import Loop

/// Watches the bodies of one run: which have started and ended, and how many were running at once.
final class BodyProbe: Sendable {
    struct Record {
        var started: [Int] = []
        var ended: [Int] = []
        var running = 0
        var mostRunning = 0
    }

    private let state = Locked(Record())

    var record: Record { state.withLock { $0 } }

    func begin(_ node: Int) {
        state.withLock { state in
            state.started.append(node)
            state.running += 1
            state.mostRunning = max(state.mostRunning, state.running)
        }
    }

    func end(_ node: Int) {
        state.withLock { state in
            state.ended.append(node)
            state.running -= 1
        }
    }
}

struct Failure: Error, CustomStringConvertible {
    var node: Int
    var description: String { "\(node) broke" }
}

/// Waits until the task is cancelled, and throws that.
func untilCancelled() async throws {
    for await _ in AsyncStream<Never>.makeStream().stream {}
    try Task.checkCancellation()
}
