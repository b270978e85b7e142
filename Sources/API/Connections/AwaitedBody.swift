import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTPTypes

/// The body of a request whose client waits to be told that it is wanted (`Expect: 100-continue`).
///
/// The client is told when the body is first asked for. One whose request is refused before that has its answer instead, and
/// needs not send what nobody reads.
struct AwaitedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let body: RequestBody
    let channel: any Channel

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: body.makeAsyncIterator(), channel: channel) }

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: RequestBody.AsyncIterator
        /// Nil once it was told.
        var channel: (any Channel)?

        mutating func next() async throws -> ByteBuffer? {
            if let waiting = channel {
                channel = nil
                waiting.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)), promise: nil)
            }
            return try await base.next()
        }
    }
}

extension Request {
    /// The same request; where its client waits to be told to send the body, reading it tells so.
    func inviting(over channel: any Channel) -> Request {
        guard headers[.expect]?.lowercased() == "100-continue" else { return self }
        return Request(head: head, body: RequestBody(asyncSequence: AwaitedBody(body: body, channel: channel)))
    }
}
