import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Sees to it that no client holds a connection without getting on, and that none is refused without a word.
///
/// - A head and a body have to come to their end in time, however steadily they drip. Hummingbird's idle time, which begins
///   anew with each part, is left with the time between two requests.
/// - An answer that ends before its request does says `Connection: close` and is followed by the end of our side. The client,
///   which may be sending still, is given a moment to read it; closed at once, the connection could be reset under it.
/// - What is no HTTP, or has too much of a head, is refused by Hummingbird with a bare 400; here it gets a status that says
///   why and a body of Karbor's form.
///
/// Runs on the channel's event loop; stands between the HTTP codec and Hummingbird's own handler.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: APIConfiguration.Limits
    private let room: ConnectionRoom
    private var stage = ConnectionStage()
    /// The stage that the timer is about.
    private var timed: ConnectionStage.Stage?
    private var timer: Scheduled<Void>?
    private var isOpen = false
    private var refusal: HTTPRefusal?
    private var isLastAnswer = false

    init(limits: APIConfiguration.Limits, room: ConnectionRoom) {
        self.limits = limits
        self.room = room
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // The first bytes of a head are seen by nobody behind the decoder.
        let first = ArrivalHandler { [self] in stage.bytesCame() }
        try? context.pipeline.syncOperations.addHandler(first, position: .first)
        if context.channel.isActive { opened(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        opened(context)
        context.fireChannelActive()
    }

    private func opened(_ context: ChannelHandlerContext) {
        guard !isOpen else { return }
        isOpen = true
        stage.opened()
        room.entered(context.channel)
        settle(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isOpen { room.left(context.channel) }
        isOpen = false
        timer?.cancel()
        timer = nil
        context.fireChannelInactive()
    }

    // MARK: What comes

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: stage.headCame()
        case .body: break
        case .end: stage.endCame()
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        settle(context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { stage.inputClosed() }
        context.fireUserInboundEventTriggered(event)
        settle(context)
    }

    /// Hummingbird answers where the error is one of the parser's, once it has come to it in its turn.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let broken = error as? HTTPParserError {
            refusal = HTTPRefusal(broken)
            stage.inputBroke()
        }
        context.fireErrorCaught(error)
        settle(context)
    }

    // MARK: What goes

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status.kind != .informational:
            writeHead(head, context, promise)
        case .end where isLastAnswer:
            stage.answerEnded()
            let written = promise ?? context.eventLoop.makePromise()
            written.futureResult.whenComplete { [channel = context.channel] _ in
                channel.close(mode: .output, promise: nil)
            }
            context.writeAndFlush(data, promise: written)
            settle(context)
        case .end:
            stage.answerEnded()
            context.write(data, promise: promise)
            settle(context)
        default:
            context.write(data, promise: promise)
        }
    }

    private func writeHead(_ head: HTTPResponse, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        var head = head
        if let refusal, head.status == .badRequest, head.headerFields[.contentLength] == "0" {
            let body = ByteBuffer(bytes: refusal.body.encodedBytes)
            head.status = refusal.status
            head.headerFields[.contentType] = "application/json"
            head.headerFields[.contentLength] = String(body.readableBytes)
            context.write(wrapOutboundOut(.head(head)), promise: promise)
            context.write(wrapOutboundOut(.body(body)), promise: nil)
            return
        }
        if stage.answersUnread {
            isLastAnswer = true
            head.headerFields[.connection] = "close"
        }
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }

    // MARK: Time

    /// Acts on the stage that was reached: most requests come whole and need no timer.
    private func settle(_ context: ChannelHandlerContext) {
        guard isOpen else { return }
        if stage.isOver {
            context.close(promise: nil)
            return
        }
        guard stage.stage != timed else { return }
        timed = stage.stage
        timer?.cancel()
        timer = nil
        if stage.waitsForClient {
            room.waits(context.channel, since: .now())
        } else {
            room.works(context.channel)
        }
        guard let time = limits.time(for: stage.stage) else { return }
        timer = context.eventLoop.scheduleTask(in: TimeAmount(time)) { [channel = context.channel] in
            channel.close(promise: nil)
        }
    }
}

extension APIConfiguration.Limits {
    fileprivate func time(for stage: ConnectionStage.Stage) -> Duration? {
        switch stage {
        case .head: head
        case .body: body
        case .lingering: linger
        // The one is Hummingbird's, the other ours to end.
        case .idle, .working: nil
        }
    }
}

/// Says that something came, before anybody reads it.
private final class ArrivalHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let came: () -> Void

    init(_ came: @escaping () -> Void) { self.came = came }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        came()
        context.fireChannelRead(data)
    }
}
