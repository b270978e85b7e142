package import HTTPTypes

/// One HTTP request and the limits under which it is made.
package struct TransportRequest: Sendable {
    /// Method, scheme (`http` or `https`), authority, path with query, and header fields.
    ///
    /// The framing (`Content-Length`, `Transfer-Encoding`) follows from `body` and is not the caller's to set.
    package var head: HTTPRequest
    package var body: RequestBody
    /// When everything must be over: waiting for a connection, connecting, sending and reading the last byte.
    package var deadline: ContinuousClock.Instant
    /// How long the head of the answer may keep us waiting, from the start or, where the request's body is streamed, from its
    /// last byte; nil is until the deadline.
    package var answerTimeout: Duration?
    /// How long a body may stand still because of the server: no byte comes for whoever waits for one, or none of ours is
    /// taken. A reader or producer who takes longer is not the server's fault. Nil is until the deadline.
    package var idleLimit: Duration?
    /// Whether a streamed body is held back until the server says that it wants it (`Expect: 100-continue`), for a second at
    /// most: one who refuses the request then need not be sent it, nor a producer asked.
    package var expectsContinue = false
    /// How long name resolution, connecting and the TLS handshake may take together.
    package var connectTimeout: Duration
    /// How many bytes of body `send` accepts. `open` does not count: its reader does.
    package var bodyLimit: Int
    package var trust: TLSTrust
    package var redirects: RedirectPolicy

    package init(
        _ head: HTTPRequest, body: RequestBody = .none, deadline: ContinuousClock.Instant,
        connectTimeout: Duration = .seconds(10), bodyLimit: Int = 16 << 20, trust: TLSTrust = .system,
        redirects: RedirectPolicy = .none
    ) {
        self.head = head
        self.body = body
        self.deadline = deadline
        self.connectTimeout = connectTimeout
        self.bodyLimit = bodyLimit
        self.trust = trust
        self.redirects = redirects
    }
}
