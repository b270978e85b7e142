import Loop

/// Tells one running operation that the daemon stops. It covers whatever scope the operation works in.
final class Suspension: Sendable {
    private let state = Locked(State())

    private struct State {
        var isSuspended = false
        var scope: OperationScope?
    }

    var isSuspended: Bool { state.withLock(\.isSuspended) }

    func suspend() {
        state.withLock { state in
            state.isSuspended = true
            return state.scope
        }?.interrupt(.suspended)
    }

    /// From now on `scope` is what a suspension interrupts: at once, if it came before.
    func cover(_ scope: OperationScope) {
        let isSuspended = state.withLock { state in
            state.scope = scope
            return state.isSuspended
        }
        if isSuspended { scope.interrupt(.suspended) }
    }
}
