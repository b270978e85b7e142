import Loop
import Protection

/// Counts the calls in flight: limits them, and lets the store be closed when the last one has returned.
///
///     open    -> closing   close() is called
///     closing -> closed    the last call leaves
final class CallGate: Sendable {
    private struct State {
        var inFlight = 0
        var isClosing = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let limit: Int
    private let state = Locked(State())

    init(limit: Int) { self.limit = limit }

    func enter() throws(StoreError) {
        let refusal = state.withLock { state -> StoreError? in
            if state.isClosing { return StoreError(.unavailable, "the store is closed") }
            if state.inFlight >= limit { return StoreError(.unavailable, "too many calls are waiting for the store") }
            state.inFlight += 1
            return nil
        }
        if let refusal { throw refusal }
    }

    func leave() {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.inFlight -= 1
            guard state.isClosing, state.inFlight == 0 else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Refuses later calls, and returns when no earlier one is in flight.
    func close() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                state.isClosing = true
                if state.inFlight > 0 { state.waiting.append(continuation) }
                return state.inFlight == 0
            }
            if isEmpty { continuation.resume() }
        }
    }
}
