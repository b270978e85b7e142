import HTTPTypes
package import Hummingbird
package import Protection

/// A handler returns the value that it answers with.
extension JSONValue: ResponseGenerator {
    package func response(from request: Request, context: some RequestContext) -> Response { .json(self) }
}

extension Response {
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        let body = ByteBuffer(bytes: value.encodedBytes)
        var headers = headers
        headers[.contentType] = "application/json"
        headers[.contentLength] = String(body.readableBytes)
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
    }

    /// What Karbor answers to a delete: declared to be JSON, with nothing in it.
    static var empty: Response {
        Response(status: .ok, headers: [.contentType: "application/json", .contentLength: "0"])
    }
}
