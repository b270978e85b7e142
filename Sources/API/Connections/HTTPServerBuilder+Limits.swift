import HummingbirdCore
import NIOCore

extension HTTPServerBuilder {
    /// HTTP/1.1 towards clients that may use up no more than `limits`.
    static func http1(_ limits: APIConfiguration.Limits) -> HTTPServerBuilder {
        let room = ConnectionRoom(capacity: limits.connections)
        return .http1(
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [ConnectionHandler(limits: limits, room: room)],
                idleTimeout: TimeAmount(limits.idle),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headersBytes,
                    maxHeaderFieldCount: limits.headerCount)))
    }
}
