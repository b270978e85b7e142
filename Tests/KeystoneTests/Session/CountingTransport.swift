import HTTPTransport
import Synchronization

/// Counts what is sent.
final class CountingTransport: Transport {
    private let base: any Transport
    private let sent = Mutex(0)

    init(_ base: any Transport) {
        self.base = base
    }

    var count: Int { sent.withLock { $0 } }

    func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        sent.withLock { $0 += 1 }
        return try await base.send(request)
    }

    func open(_ request: TransportRequest) async throws(TransportError) -> StreamingResponse {
        sent.withLock { $0 += 1 }
        return try await base.open(request)
    }
}
