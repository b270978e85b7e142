package import HTTPTypes

/// An answer with its whole body.
package struct TransportResponse: Sendable {
    package var status: HTTPResponse.Status
    package var body: [UInt8]
    private let fields: AnswerFields

    package init(status: HTTPResponse.Status, headerFields: HTTPFields = [:], body: [UInt8] = []) {
        self.init(status: status, fields: .fields(headerFields), body: body)
    }

    init(status: HTTPResponse.Status, fields: AnswerFields, body: [UInt8]) {
        self.status = status
        self.body = body
        self.fields = fields
    }

    /// Made of the answer's bytes each time they are asked for.
    package var headerFields: HTTPFields { fields.all }
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
