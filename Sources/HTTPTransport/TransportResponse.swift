package import HTTPTypes

/// An answer with its whole body.
package struct TransportResponse: Sendable {
    package var status: HTTPResponse.Status
    package var headerFields: HTTPFields
    package var body: [UInt8]

    package init(status: HTTPResponse.Status, headerFields: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headerFields = headerFields
        self.body = body
    }
}

/// An answer whose body is still to be pulled.
///
/// The connection is held until the body has been read to its end or has been let go of, which aborts the rest.
package struct StreamingResponse: Sendable {
    package var status: HTTPResponse.Status
    package var headerFields: HTTPFields
    package var body: ResponseBody

    package init(status: HTTPResponse.Status, headerFields: HTTPFields, body: ResponseBody) {
        self.status = status
        self.headerFields = headerFields
        self.body = body
    }
}
