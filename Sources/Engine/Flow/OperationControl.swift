import Loop

/// How one running operation is told from outside to stop: because the daemon stops, or because its user cancels it.
///
/// It covers whatever scope the operation works in. A suspension ends them all; a cancellation only those that heed it, since
/// the clean-up that follows is what was asked for.
final class OperationControl: Sendable {
    private let state: Locked<State>

    private struct State {
        var isSuspended = false
        var isCancelled: Bool
        var scope: OperationScope?
        var heedsCancel = false
    }

    init(isCancelled: Bool = false) {
        state = Locked(State(isCancelled: isCancelled))
    }

    var isSuspended: Bool { state.withLock(\.isSuspended) }
    var isCancelled: Bool { state.withLock(\.isCancelled) }

    func suspend() {
        state.withLock { state in
            state.isSuspended = true
            return state.scope
        }?.interrupt(.suspended)
    }

    func cancel() {
        state.withLock { state in
            state.isCancelled = true
            return state.heedsCancel ? state.scope : nil
        }?.interrupt(.cancelled)
    }

    /// From now on `scope` is what is interrupted: at once, if that was asked for before.
    func cover(_ scope: OperationScope, heedsCancel: Bool = false) {
        let reason: Interruption? = state.withLock { state in
            state.scope = scope
            state.heedsCancel = heedsCancel
            if state.isSuspended { return .suspended }
            return state.isCancelled && heedsCancel ? .cancelled : nil
        }
        if let reason { scope.interrupt(reason) }
    }
}
