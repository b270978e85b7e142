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

/// What is sent as a request's body.
package enum RequestBody: Sendable {
    case none
    case bytes([UInt8])
    /// Pulled chunk by chunk as fast as the server takes it, nil being the end. Without a length it is sent chunked.
    /// A producer that gives more or less than `length` fails the request with `.bodySource`.
    case stream(length: Int64?, next: @Sendable () async throws -> [UInt8]?)
}

/// Whose certificates are accepted.
package enum TLSTrust: Sendable, Hashable {
    /// The certificate authorities that the machine trusts.
    case system
    /// Those in this PEM file, and no others.
    case file(String)
    /// Anybody's: neither certificate nor host name is checked.
    case insecure
}

/// What is done about an answer that points elsewhere.
package enum RedirectPolicy: Sendable, Hashable {
    /// It is an answer like any other.
    case none
    /// GET and HEAD follow it up to `max` times within scheme, host and port, since the header fields carry tokens; to
    /// another origin it is an error (`.redirect`). To other methods it is an answer like any other.
    case sameOrigin(max: Int)
}
