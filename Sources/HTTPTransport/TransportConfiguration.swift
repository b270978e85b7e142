/// The limits of a transport and what it says about itself.
package struct TransportConfiguration: Sendable {
    /// How many requests to one origin (scheme, host and port) are on the wire at a time; others wait their turn.
    package var hostLimit: Int
    /// How many requests may wait for their turn, over all origins. One more fails with `.overloaded`.
    package var waitingLimit: Int
    /// How many connections are kept, over all origins; the one idle for longest goes first.
    package var connectionLimit: Int
    /// A connection that was idle for longer is not used again.
    package var idleTimeout: Duration
    /// How many bytes and fields the head of an answer may have, trailers included.
    package var headerBytesLimit: Int
    package var headerCountLimit: Int
    /// How many bytes of a streamed body are held: for a reader that has not come for them yet, or until the server takes
    /// them; a producer's last piece may exceed it.
    package var streamBuffer: Int
    /// Sent where a request has no `User-Agent` of its own.
    package var userAgent: String

    package init(
        hostLimit: Int = 64, waitingLimit: Int = 16_384, connectionLimit: Int = 256,
        idleTimeout: Duration = .seconds(60), headerBytesLimit: Int = 64 << 10, headerCountLimit: Int = 256,
        streamBuffer: Int = 512 << 10, userAgent: String = "karbor-protection"
    ) {
        self.hostLimit = hostLimit
        self.waitingLimit = waitingLimit
        self.connectionLimit = connectionLimit
        self.idleTimeout = idleTimeout
        self.headerBytesLimit = headerBytesLimit
        self.headerCountLimit = headerCountLimit
        self.streamBuffer = streamBuffer
        self.userAgent = userAgent
    }
}
