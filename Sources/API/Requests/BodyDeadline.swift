import NIOCore
import NIOHTTPTypes

/// Closes a connection on which the body of a request has not come to its end in time.
///
/// The idle time begins anew with each part, so a body that drips would never end. A limit on reading it would not do:
/// of a request that is refused unread, the server takes the body all the same before it reads the next one.
final class BodyDeadline: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart

    private let time: TimeAmount
    private var isWithinRequest = false
    private var timer: Scheduled<Void>?

    init(_ time: TimeAmount) { self.time = time }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: isWithinRequest = true
        case .body: break
        case .end: endRequest()
        }
        context.fireChannelRead(data)
    }

    /// Most requests come whole, and need no timer.
    func channelReadComplete(context: ChannelHandlerContext) {
        if isWithinRequest, timer == nil {
            timer = context.eventLoop.scheduleTask(in: time) { [channel = context.channel] in
                channel.close(promise: nil)
            }
        }
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        endRequest()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { endRequest() }

    private func endRequest() {
        isWithinRequest = false
        timer?.cancel()
        timer = nil
    }
}
