import HTTPTransport
import HTTPTypes
import Loop

/// An answer as the transport gives it: with its body, or with one that is still to come.
protocol TransportAnswer: Sendable {
    var status: HTTPResponse.Status { get }
    var headerFields: HTTPFields { get }

    /// It and its body, or as much of that as comes in time and a refusal may need. Ends the transfer.
    func collected(until deadline: ContinuousClock.Instant, time: any TimeSource) async -> TransportResponse
}

extension TransportResponse: TransportAnswer {
    func collected(until deadline: ContinuousClock.Instant, time: any TimeSource) async -> TransportResponse { self }
}

extension StreamingResponse: TransportAnswer {
    /// It is looked at the time after each piece; the request's limit on standing still holds for each.
    func collected(until deadline: ContinuousClock.Instant, time: any TimeSource) async -> TransportResponse {
        var text: [UInt8] = []
        var pieces = body.makeAsyncIterator()
        // The status says enough: where the rest of its text is missing, that is no error of its own.
        while text.count < 64 << 10, time.now() < deadline, let piece = try? await pieces.next() { text += piece }
        return TransportResponse(status: status, headerFields: headerFields, body: text)
    }
}
