package import HTTPTypes

/// One request to a service, told relative to wherever the service is.
package struct ServiceRequest: Sendable {
    package var method: HTTPRequest.Method
    package var path: ServicePath
    /// Percent-encoded.
    package var query: String
    /// A JSON document.
    package var body: [UInt8]?
    /// Beside those that the session sets itself: tokens, microversion, request id, content type.
    package var headerFields: HTTPFields
    /// From now until the last byte of the answer, repetitions and renewals of tokens included. The session's own
    /// deadline holds as well.
    package var timeout: Duration
    package var bodyLimit: Int

    package init(
        _ method: HTTPRequest.Method, _ path: ServicePath, query: [QueryItem] = [], body: [UInt8]? = nil,
        headerFields: HTTPFields = [:], timeout: Duration = .seconds(60), bodyLimit: Int = 16 << 20
    ) {
        self.method = method
        self.path = path
        self.query = PercentEncoding.query(query)
        self.body = body
        self.headerFields = headerFields
        self.timeout = timeout
        self.bodyLimit = bodyLimit
    }
}
