import HTTPTypes

/// A request that has been found fit to be sent: everything that libcurl must be told, and nothing that could make it
/// send something else.
struct RequestPlan: Sendable {
    enum Verb: Equatable {
        case get
        case head
        /// Any other, by name; `expectsBody` where a request without one says so by `Content-Length: 0`.
        case other(String, expectsBody: Bool)
    }

    let verb: Verb
    /// Scheme and authority: what counts as one server for limits.
    let origin: String
    /// Host and port, for messages.
    let authority: String
    var url: String
    let fields: HTTPFields
    let body: RequestBody
    let deadline: ContinuousClock.Instant
    let answerTimeout: Duration?
    let idleLimit: Duration?
    let connectTimeout: Duration
    let trust: TLSTrust
    /// Whether the body waits for the server's leave.
    let expectsContinue: Bool
    /// How many redirects are followed: none where method or body forbid it.
    let redirects: Int

    init(_ request: TransportRequest) throws(TransportError) {
        let head = request.head
        guard let scheme = head.scheme?.lowercased(), scheme == "http" || scheme == "https" else {
            throw Self.invalid("the scheme is neither http nor https")
        }
        guard let authority = head.authority, !authority.isEmpty, authority.utf8.allSatisfy(Self.fitsAuthority) else {
            throw Self.invalid("the authority is not a host with or without a port")
        }
        guard let path = head.path, path.utf8.first == UInt8(ascii: "/"), path.utf8.allSatisfy(Self.fitsPath) else {
            throw Self.invalid("\(authority): the path does not begin with a slash, or has bytes that must be encoded")
        }
        origin = "\(scheme)://\(authority)"
        self.authority = authority
        url = origin + path
        verb = Self.verb(head.method)
        fields = try Self.checked(head.headerFields, body: request.body, authority: authority)
        body = request.body
        if case .none = body {
        } else if verb == .head {
            throw Self.invalid("\(authority): a HEAD request has no body")
        }
        if case .stream(let length?, _) = body, length < 0 {
            throw Self.invalid("\(authority): the length of the body is negative")
        }
        deadline = request.deadline
        answerTimeout = request.answerTimeout
        idleLimit = request.idleLimit
        connectTimeout = request.connectTimeout
        trust = request.trust
        if case .stream = body { expectsContinue = request.expectsContinue } else { expectsContinue = false }
        redirects = Self.redirects(request.redirects, verb: verb, body: body)
    }

    /// Whether the request says how long its body is, or that it comes in chunks. An empty body is one.
    var sendsBody: Bool {
        switch (body, verb) {
        case (.none, .get), (.none, .head), (.none, .other(_, expectsBody: false)): false
        default: true
        }
    }

    private static func verb(_ method: HTTPRequest.Method) -> Verb {
        switch method {
        case .get: .get
        case .head: .head
        case .post, .put, .patch: .other(method.rawValue, expectsBody: true)
        default: .other(method.rawValue, expectsBody: false)
        }
    }

    private static func redirects(_ policy: RedirectPolicy, verb: Verb, body: RequestBody) -> Int {
        guard case .sameOrigin(let limit) = policy, verb == .get || verb == .head else { return 0 }
        if case .stream = body { return 0 }
        return limit
    }

    private static func checked(
        _ fields: HTTPFields, body: RequestBody, authority: String
    ) throws(TransportError) -> HTTPFields {
        for field in fields {
            guard field.withUnsafeBytesOfValue({ $0.allSatisfy(fitsValue) }) else {
                throw invalid("\(authority): the value of the header field \(field.name) has control characters")
            }
        }
        guard fields[.transferEncoding] == nil else {
            throw invalid("\(authority): Transfer-Encoding follows from the body")
        }
        guard let length = fields[.contentLength] else { return fields }
        guard let length = Int64(length), length == body.length else {
            throw invalid("\(authority): Content-Length differs from the body's")
        }
        var fields = fields
        fields[.contentLength] = nil
        return fields
    }

    private static func invalid(_ message: String) -> TransportError {
        TransportError(.invalidRequest, message, requestMayHaveArrived: false)
    }

    private static func fitsAuthority(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "%"):
            true
        default: false
        }
    }

    /// Visible ASCII but for the number sign, at which libcurl would cut the rest off.
    private static func fitsPath(_ byte: UInt8) -> Bool {
        (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "#")
    }

    private static func fitsValue(_ byte: UInt8) -> Bool {
        (byte >= 0x20 && byte != 0x7f) || byte == UInt8(ascii: "\t")
    }
}
