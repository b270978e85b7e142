import HTTPTransport
import Loop

/// Lets a transport of the real world serve those whose time a test moves: what is left to a deadline is left to it there.
struct TranslatingTransport: Transport {
    private let base: any Transport
    private let time: any TimeSource

    init(_ base: any Transport, time: any TimeSource) {
        self.base = base
        self.time = time
    }

    func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        try await base.send(translated(request))
    }

    func open(_ request: TransportRequest) async throws(TransportError) -> StreamingResponse {
        try await base.open(translated(request))
    }

    private func translated(_ request: TransportRequest) -> TransportRequest {
        var request = request
        request.deadline = .now + (request.deadline - time.now())
        return request
    }
}
