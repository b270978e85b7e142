import Foundation
import Loop

/// Counts how many are inside at a time, each for a moment.
final class Turnstile: Sendable {
    private let state = Locked((inside: 0, most: 0))

    var most: Int { state.withLock { $0.most } }

    func pass() {
        state.withLock { state in
            state.inside += 1
            state.most = max(state.most, state.inside)
        }
        usleep(3000)
        state.withLock { $0.inside -= 1 }
    }
}
