import HTTPTransport
import Loop

/// Counts what is sent, and until when.
final class CountingTransport: Transport {
    private let base: any Transport
    private let sent = Locked<[ContinuousClock.Instant]>([])

    init(_ base: any Transport) {
        self.base = base
    }

    var count: Int { deadlines.count }
    var deadlines: [ContinuousClock.Instant] { sent.withLock { $0 } }

    func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        sent.withLock { $0.append(request.deadline) }
        return try await base.send(request)
    }

    func open(_ request: TransportRequest) async throws(TransportError) -> StreamingResponse {
        sent.withLock { $0.append(request.deadline) }
        return try await base.open(request)
    }
}
