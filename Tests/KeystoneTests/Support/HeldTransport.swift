import HTTPTransport
import Loop

/// Keeps requests back, with the tokens that they have drawn already, until it is told to let all of them go.
final class HeldTransport: Transport {
    private struct State {
        var isOpen = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    private let base: any Transport
    private let state = Locked(State())

    init(_ base: any Transport) {
        self.base = base
    }

    /// How many wait.
    var held: Int { state.withLock { $0.held.count } }

    func release() {
        let held = state.withLock { state in
            defer { state = State(isOpen: true) }
            return state.held
        }
        for request in held { request.resume() }
    }

    func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        await pass()
        return try await base.send(request)
    }

    func open(_ request: TransportRequest) async throws(TransportError) -> StreamingResponse {
        await pass()
        return try await base.open(request)
    }

    private func pass() async {
        await withCheckedContinuation { request in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.held.append(request) }
                return state.isOpen
            }
            if isOpen { request.resume() }
        }
    }
}
