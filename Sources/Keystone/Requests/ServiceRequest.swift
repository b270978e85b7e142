package import HTTPTypes

/// One request to a service, told relative to wherever the service is.
package struct ServiceRequest: Sendable {
    package var method: HTTPRequest.Method
    package var path: ServicePath
    /// Percent-encoded.
    package var query: String
    package var body: Body
    /// Beside those that the session sets itself: tokens, microversion, request id, content type.
    package var headerFields: HTTPFields
    /// From now until the last byte of the answer, repetitions and renewals of tokens included. The session's own
    /// deadline holds as well.
    ///
    /// `ServiceAdapter.open` counts it until the head of the answer. Where the request's own body is streamed it counts
    /// for each attempt, while the body is not under way: up to its first byte, and again from its last.
    package var timeout: Duration
    /// How long a streamed body may stand still because of the service. Whoever reads or produces it may take their time.
    package var idleLimit: Duration = .seconds(60)
    /// How many bytes of an answer `ServiceAdapter.send` collects.
    package var bodyLimit: Int

    package enum Body: Sendable {
        case none
        /// A JSON document.
        case json([UInt8])
        case stream(BodySource)
    }

    package init(
        _ method: HTTPRequest.Method, _ path: ServicePath, query: [QueryItem] = [], body: [UInt8]? = nil,
        headerFields: HTTPFields = [:], timeout: Duration = .seconds(60), bodyLimit: Int = 16 << 20
    ) {
        self.method = method
        self.path = path
        self.query = PercentEncoding.query(query)
        self.body = body.map { .json($0) } ?? .none
        self.headerFields = headerFields
        self.timeout = timeout
        self.bodyLimit = bodyLimit
    }

    /// One whose body is streamed.
    package init(
        _ method: HTTPRequest.Method, _ path: ServicePath, query: [QueryItem] = [], streaming source: BodySource,
        headerFields: HTTPFields = [:], timeout: Duration = .seconds(60)
    ) {
        self.init(method, path, query: query, headerFields: headerFields, timeout: timeout)
        body = .stream(source)
    }
}

extension ServiceRequest {
    /// The source of its body, where that is streamed.
    var source: BodySource? {
        if case .stream(let source) = body { source } else { nil }
    }
}
